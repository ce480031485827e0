"""The sample files: the same for a seed, in the platforms' own headings, later exports holding more."""

import csv
import dataclasses
import io
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from python_calamine import CalamineWorkbook
from stdnum.cn import ric

from services.sample import headings
from services.sample.contest import HUBEI_2021
from services.sample.generate import Export, Sample, sample
from services.sample.people import full_size, people, small_size

Rows = list[list[object]]


def a_sample(seed: int = 1) -> Sample:
    """A small one: fewer people than the demo's, in every city and division."""
    whole = sample(HUBEI_2021, seed)
    plan = dataclasses.replace(whole.plan, contestants=70, at_least=1)
    return dataclasses.replace(whole, plan=plan, people=people(whole.contest, plan, seed))


@cache
def exports_of(seed: int) -> list[Export]:
    return list(a_sample(seed).exports())


def members(export: Export) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(export.archive.content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def tables(name: str, content: bytes) -> dict[str, Rows]:
    """sheet → rows, headings first; read by other means than the product's own reader."""
    if name.endswith(".csv"):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        return {"": [list(row) for row in csv.reader(io.StringIO(text, newline=""))]}
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        sheet: [list(row) for row in workbook.get_sheet_by_name(sheet).to_python()] for sheet in workbook.sheet_names
    }


def files(seed: int, ending: str) -> Iterator[tuple[str, bytes]]:
    for export in exports_of(seed):
        for name, content in members(export).items():
            if ending in name.rsplit("/")[-1]:
                yield f"{export.archive.path}/{name}", content


def test_a_seed_gives_the_same_bytes_each_time_and_another_seed_others() -> None:
    again = list(a_sample(1).exports())
    assert again == exports_of(1)
    assert list(a_sample(1).rosters()) == list(a_sample(1).rosters())
    assert [export.archive.content for export in again] != [export.archive.content for export in exports_of(2)]


def test_everybody_has_a_well_formed_id_number_of_nobody_and_one_account_of_their_own() -> None:
    full = sample(HUBEI_2021, 1, full=True).people
    assert len(full) == 3000
    for unique in ("id_number", "phone", "handle", "uid"):
        assert len({getattr(person, unique) for person in full}) == 3000
    assert all(ric.validate(person.id_number).startswith("420000") for person in full)


def test_sizes_follow_the_quotas_and_one_city_is_short() -> None:
    whole = sample(HUBEI_2021, 1)
    full, small = full_size(whole.contest, whole.plan), small_size(whole.contest, whole.plan)
    assert sum(full.values()) == 3000
    assert full["武汉市", "trainee"] == 222
    assert sum(n for (_, division), n in full.items() if division == "veteran") == 1000
    assert sum(small.values()) == 200
    assert min(small.values()) == 1
    by_city = {
        city.name: sum(n for (name, _), n in small.items() if name == city.name) for city in whole.contest.cities
    }
    assert len(by_city) == 17
    assert [city for city, n in by_city.items() if n < 4] == ["神农架"]


@pytest.mark.parametrize(
    ("ending", "known", "columns"),
    [
        ("作品列表导出", (headings.DOUYIN_WORKS, headings.DOUYIN_WORKS_VARIANT), {16}),
        ("数据表现_净增粉丝数据", (["日期", "净增粉丝"],), {2}),
        ("直播间列表", (headings.DOUYIN_LIVE_SESSIONS,), {55}),
        ("抖店订单", (headings.DOUYIN_ORDERS, headings.DOUYIN_ORDERS_75), {73, 75}),
        ("快手小店订单", (headings.KUAISHOU_ORDERS, headings.KUAISHOU_ORDERS_61), {61, 64}),
        ("作品数据.", (headings.TEMPLATE_WORKS,), {len(headings.TEMPLATE_WORKS)}),
        ("作品数据分析明细表 发布时间2021-", (headings.KUAISHOU_WORK_DAYS,), {7}),
        ("直播历史", (headings.KUAISHOU_LIVE_SESSIONS,), {8}),
    ],
)
def test_every_file_has_the_platforms_headings(ending: str, known: tuple[list[str], ...], columns: set[int]) -> None:
    seen = set()
    for name, content in files(1, ending):
        for sheet, rows in tables(name, content).items():
            assert rows[0] in known, (name, sheet)
            assert len(set(map(str, rows[0]))) == len(rows[0])
            seen.add(len(rows[0]))
    assert seen == columns


def test_the_works_list_has_the_published_headings() -> None:
    assert "、".join(headings.DOUYIN_WORKS) == (
        "作品名称、发布时间、体裁、审核状态、播放量、完播率、5s完播率、封面点击率、2s跳出率、平均播放时长"
        "、点赞量、分享量、评论量、收藏量、主页访问量、粉丝增量"
    )


def test_a_later_export_holds_the_same_works_with_larger_numbers_and_some_more() -> None:
    grown = new = 0
    for number in range(0, len(exports_of(1)), 2):
        earlier, later = (members(export) for export in exports_of(1)[number : number + 2])
        once = {name for name in earlier if "直播历史" in name or "作品数据分析明细表" in name}
        assert set(earlier) - once <= set(later)
        for name in (name for name in earlier if "作品列表导出" in name):
            before, after = works(name, earlier[name]), works(name, later[name])
            assert set(before) <= set(after)
            new += len(after) - len(before)
            for moment, counts in before.items():
                assert all(a <= b for a, b in zip(counts, after[moment], strict=True)), (name, moment)
                grown += counts < after[moment]
    assert grown > 100
    assert new > 20


def works(name: str, content: bytes) -> dict[object, list[int]]:
    """publishing time → plays, likes, comments, shares"""
    ((heading, *rows),) = tables(name, content).values()
    columns = [heading.index(column) for column in ("播放量", "点赞量", "评论量", "分享量")]
    return {row[1]: [int(float(str(row[column]))) for column in columns] for row in rows}


def test_orders_hold_refunds_unpaid_lines_ids_behind_a_tab_and_both_encodings() -> None:
    lines, encodings = [], set()
    for name, content in files(1, "抖店订单.csv"):
        encodings.add("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "gb18030")
        ((heading, *rows),) = tables(name, content).values()
        lines += [dict(zip(map(str, heading), map(str, row), strict=True)) for row in rows]
    assert encodings == {"utf-8-sig", "gb18030"}
    assert all(line["子订单编号"].startswith("\t6") and len(line["子订单编号"]) == 20 for line in lines)
    assert {line["支付完成时间"] == "" for line in lines} == {True, False}
    assert {line["售后状态"] for line in lines} >= {"-", "退款成功", "已全额退款", "售后关闭"}
    assert {line["达人ID"] for line in lines} >= {"\t0", "\t7599999999999999991"}


def test_kuaishou_orders_fill_several_sheets_and_no_line_appears_twice_in_an_export() -> None:
    sheets = max(len(tables(name, content)) for name, content in files(1, "快手小店订单"))
    assert sheets > 1
    for moment in {export.exported_at for export in exports_of(1)}:
        numbers = [
            row[0]
            for export in exports_of(1)
            if export.exported_at == moment
            for name, content in members(export).items()
            if "快手小店订单" in name
            for rows in tables(name, content).values()
            for row in rows[1:]
        ]
        assert numbers
        assert len(numbers) == len(set(numbers))


def test_private_works_and_missing_ratios_occur() -> None:
    cells = {
        str(cell)
        for name, content in files(1, "作品列表导出")
        for rows in tables(name, content).values()
        for row in rows
        for cell in row
    }
    assert {"自见", "公开", "-", "图文"} <= cells
