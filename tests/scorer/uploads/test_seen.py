"""What is kept of a file whose headings nobody knows, and which tables are no reason to wait."""

from pathlib import Path
from typing import Any

import pytest

from services.shared.formats.own import Alias, Own
from services.shared.formats.waiting import Waiting
from services.shared.words import Language, put
from tests.scorer.uploads.files import WORKS, Table, csv_bytes, parsed, xlsx_bytes

DRIFTED = [[name.replace("点赞量", "获赞") for name in WORKS[0]], *WORKS[1:]]
FOREIGN = [
    ["数据报表"],
    ["频道", "上线时刻", "围观", "占比", "停留", "流水"],
    ["甲", "2026-07-01 10:00:00", "120", "12.5%", "1分5秒", "7592255573464597541"],
    ["乙", "2026-07-02 10:00", "-", "3%", "19.42s", "7592255573464597542"],
]


def waiting(tmp_path: Path, table: Table, **how: Any) -> Waiting | None:
    found = parsed(tmp_path, csv_bytes(table), **how)
    assert found.refused
    return found.waiting


def test_a_file_that_looks_like_a_kind_waits_for_its_renamed_column(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes(DRIFTED))
    assert found.waiting is not None
    assert (found.waiting.looks_like, found.waiting.unknown, found.waiting.missing) == (
        "DOUYIN_WORKS",
        ["获赞"],
        ["点赞量"],
    )
    assert found.unknown_columns == ["获赞"]
    assert found.kind is None
    (problem,) = found.problems
    said = put(problem.code, problem.parameters, Language.ZH)
    assert "不认识这些列：获赞。看上去像抖音《作品列表》，还缺：点赞量。" in said


def test_once_its_heading_is_known_the_same_file_is_read_like_any_other(tmp_path: Path) -> None:
    own = Own([Alias("DOUYIN_WORKS", "获赞", "likes")]).text
    assert parsed(tmp_path, csv_bytes(DRIFTED), own=own).content_digest == (
        parsed(tmp_path, csv_bytes(WORKS)).content_digest
    )


def test_headings_that_nobody_knows_are_found_below_a_title_with_the_style_of_their_cells(tmp_path: Path) -> None:
    found = waiting(tmp_path, FOREIGN)
    assert found is not None
    assert [(one.heading, one.style, one.filled) for one in found.columns] == [
        ("频道", "text", True),
        ("上线时刻", "time", True),
        ("围观", "count", False),
        ("占比", "percent_text", True),
        ("停留", "seconds", True),
        ("流水", "id", True),
    ]
    assert Waiting.read(found.as_json()) == found


@pytest.mark.parametrize(
    "table",
    [
        pytest.param([[name for name in WORKS[0] if name != "点赞量"], ["x"] * 15], id="every heading is known"),
        pytest.param([["张三", "6917926768823643751"], ["李四", "6917926768823643752"]], id="no headings, ids"),
        pytest.param([["收件人", "##secret"], ["李四", "##138"]], id="no headings, masked"),
        pytest.param([["甲", "13800138000"], ["乙", "13800138001"]], id="no headings, phones"),
        pytest.param([["春眠不觉晓", "处处闻啼鸟"], ["夜来风雨声", "花落知多少"]], id="no figures"),
        pytest.param([["读数"], ["2026"]], id="one column"),
        pytest.param([[f"列{n}x" for n in range(500)], ["1"] * 500], id="more columns than anybody maps"),
    ],
)
def test_what_gives_nothing_to_map_is_refused(tmp_path: Path, table: Table) -> None:
    found = parsed(tmp_path, csv_bytes(table))
    assert found.waiting is None
    assert [problem.code for problem in found.problems] == ["KIND_NOT_FOUND"]


def test_a_known_file_that_is_not_taken_does_not_wait(tmp_path: Path) -> None:
    table = [["发布时间", "体裁", "垂类", "周期内投稿量", "新列"], ["2026-05-02 ~ 2026-07-31", "视频", "农", "3", "1"]]
    found = parsed(tmp_path, csv_bytes(table))
    assert found.waiting is None
    assert [problem.code for problem in found.problems] == ["KIND_NOT_TAKEN"]


def test_no_value_of_a_cell_is_kept(tmp_path: Path) -> None:
    table = [["收件人姓名", "电话", "单号x", "时刻"], ["王小明", "13800138000", "6917926768823643751", "2026-07-01"]]
    found = waiting(tmp_path, table)
    assert found is not None
    said = str(found.as_json())
    assert not [value for value in table[1] if value in said]


NOTES = """今天的安排,请大家注意
作品名称, 播放量, 点赞量要在周五前核对, 下午 3 点开会
W=['作品名称','播放量','点赞量'], 2021-07-20 之前的不要
联系人,李倩
"""


@pytest.mark.parametrize("text", [NOTES, "W=['作品名称','发布时间','播放量']\nR=['甲','2021-07-20','100']\n"])
def test_notes_are_refused_and_do_not_wait(tmp_path: Path, text: str) -> None:
    found = parsed(tmp_path, text.encode())
    assert found.refused
    assert found.waiting is None
    assert [problem.code for problem in found.problems] == ["KIND_NOT_FOUND"]
