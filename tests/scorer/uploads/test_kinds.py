"""What is said of each kind of file that differs from what all have in common: headings, units, grain, period."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.sample import headings
from services.scorer.uploads.canonical import TO_THE_MINUTE
from services.scorer.uploads.parse import ParsedFile
from services.shared.file_vocabulary import UploadKind
from services.shared.vocabulary import ImportPolicy, Severity
from tests.scorer.uploads.files import (
    ACCOUNT_DAYS_WIDE,
    KUAISHOU_ORDERS,
    LIVE_HISTORY,
    ORDERS,
    SESSIONS,
    WORK_DAYS,
    WORKS,
    WORKS_SHORT,
    Table,
    codes,
    csv_bytes,
    parsed,
    with_cell,
    xlsx_bytes,
)

PUBLISHED = datetime(2026, 7, 18, 6, 11, 20, tzinfo=UTC)  # 14:11:20 in Beijing


def rows(found: ParsedFile) -> list[dict[str, Any]]:
    assert found.frame is not None, found.problems
    return found.frame.to_dicts()


@pytest.mark.parametrize(
    ("names", "kind", "count"),
    [
        (headings.DOUYIN_WORKS, UploadKind.DOUYIN_WORKS, 16),
        (headings.DOUYIN_WORKS_VARIANT, UploadKind.DOUYIN_WORKS, 16),
        (headings.DOUYIN_LIVE_SESSIONS, UploadKind.DOUYIN_LIVE_SESSIONS, 55),
        (headings.DOUYIN_ORDERS, UploadKind.DOUYIN_ORDERS, 73),
        (headings.KUAISHOU_ORDERS, UploadKind.KUAISHOU_ORDERS, 64),
        (headings.KUAISHOU_ORDERS_61, UploadKind.KUAISHOU_ORDERS, 61),
    ],
)
def test_the_headings_of_real_files_are_all_known(
    names: list[str], kind: UploadKind, count: int, tmp_path: Path
) -> None:
    found = parsed(tmp_path, csv_bytes([names]))
    assert (len(names), found.kind, codes(found), found.unknown_columns) == (count, kind, [("NO_ROWS", None, None)], [])


@pytest.mark.parametrize(
    "metric",
    [
        "播放量",
        "作品点赞",
        "作品评论",
        "作品分享",
        "封面点击率",
        "净增粉丝",
        "取关粉丝",
        "总粉丝量",
        "主页访问",
        "收获音浪",
    ],
)
def test_account_days_come_one_metric_a_file(metric: str, tmp_path: Path) -> None:
    value = "83.33%" if metric.endswith("率") else "21"
    found = parsed(tmp_path, xlsx_bytes([["日期", metric], ["2026-07-30", value]]))
    assert (found.kind, found.problems, len(found.measures)) == (UploadKind.DOUYIN_ACCOUNT_DAYS, [], 1)
    assert [row["value"] for row in rows(found)] == [Decimal("0.8333" if metric.endswith("率") else 21)]


def test_what_is_added_in_a_day_may_be_less_than_nothing_but_a_stock_may_not(tmp_path: Path) -> None:
    for metric in ("播放量", "作品点赞", "净增粉丝", "主页访问"):
        assert [
            row["value"] for row in rows(parsed(tmp_path, csv_bytes([["日期", metric], ["2026-07-30", "-21"]])))
        ] == [-21]
    total = parsed(tmp_path, csv_bytes([["日期", "总粉丝量"], ["2026-07-30", "-21"]]))
    assert codes(total) == [("NEGATIVE_COUNT", 2, "总粉丝量")]


def test_the_wide_form_of_account_days_is_no_works_list(tmp_path: Path) -> None:
    assert parsed(tmp_path, csv_bytes(ACCOUNT_DAYS_WIDE)).kind is UploadKind.DOUYIN_ACCOUNT_DAYS


def test_the_form_with_other_columns_at_other_places_says_the_same(tmp_path: Path) -> None:
    """发布状态 for 审核状态, 作品时长 for 封面点击率, and 评论量 before 分享量."""
    plain = with_cell(WORKS, 1, "封面点击率", "-")
    order = [
        headings.DOUYIN_WORKS_VARIANT.index(name) if name in headings.DOUYIN_WORKS_VARIANT else None
        for name in WORKS[0]
    ]
    assert order.count(None) == 2
    own = {"发布状态": "审核状态", "作品时长": "封面点击率"}
    at = [plain[0].index(own.get(name, name)) for name in headings.DOUYIN_WORKS_VARIANT]
    variant: Table = [headings.DOUYIN_WORKS_VARIANT, *([row[i] for i in at] for row in plain[1:])]
    assert parsed(tmp_path, csv_bytes(variant)).content_digest == parsed(tmp_path, csv_bytes(plain)).content_digest


def test_one_session_file_holds_several_streamers(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(SESSIONS, 2, "主播抖音号", "yi_02")))
    assert [row["handle"] for row in rows(found)] == ["jia_01", "yi_02"]


@pytest.mark.parametrize(
    "state", ["售后关闭", "退款中", "待收退货", "售后待处理", "待退货", "换货成功", "补寄成功", "以后的新状态"]
)
def test_after_sale_states_that_decide_nothing_are_open(state: str, tmp_path: Path) -> None:
    assert rows(parsed(tmp_path, csv_bytes(with_cell(ORDERS, 1, "售后状态", state))))[0]["after_sale"] == "OPEN"


@pytest.mark.parametrize(
    ("state", "read"), [("退款成功", "REFUNDED"), ("已全额退款", "REFUNDED"), ("-", "NONE"), ("", "NONE")]
)
def test_after_sale_states_of_a_whole_line(state: str, read: str, tmp_path: Path) -> None:
    assert rows(parsed(tmp_path, csv_bytes(with_cell(ORDERS, 1, "售后状态", state))))[0]["after_sale"] == read


def test_an_order_workbook_of_dozens_of_sheets_is_read_whole(tmp_path: Path) -> None:
    sheets = [with_cell(KUAISHOU_ORDERS[:2], 1, "订单号", f"24260000{sheet:08}") for sheet in range(60)]
    found = parsed(tmp_path, xlsx_bytes(*sheets))
    assert (found.problems, found.rows) == ([], 60)
    assert {row["order_line"] for row in rows(found)} == {f"24260000{sheet:08}" for sheet in range(60)}


def test_a_closed_order_without_after_sale_was_never_paid(tmp_path: Path) -> None:
    _, closed = rows(parsed(tmp_path, xlsx_bytes(KUAISHOU_ORDERS)))
    assert (closed["paid_at"], closed["after_sale"], closed["amount"]) == (None, "NONE", Decimal("0.00"))


def test_works_of_the_short_form_know_their_minute_only(tmp_path: Path) -> None:
    first, second = rows(parsed(tmp_path, xlsx_bytes(WORKS_SHORT)))
    assert (first["published_at"], first["ordinal"]) == (datetime(2026, 7, 7, 5, 36, tzinfo=UTC), TO_THE_MINUTE)
    assert (first["title"], first["plays"], first["likes"]) == ("秭归脐橙 #助农", 18573, None)
    assert (first["completion_rate_5s"], first["bounce_rate_2s"], first["average_play_seconds"]) == (
        Decimal("0.3434"), Decimal("0.3856"), Decimal("13.69"))  # fmt: skip
    assert (second["plays"], second["completion_rate_5s"]) == (None, None)


def test_works_of_one_minute_are_told_apart_by_title_then_by_order(tmp_path: Path) -> None:
    minute = [["同名", "2026-07-07 13:36", plays, "-", "-", "-"] for plays in ("1", "2")]
    other = ["不同名", "2026-07-07 13:36", "3", "-", "-", "-"]
    found = parsed(tmp_path, csv_bytes([WORKS_SHORT[0], *minute, other]))
    assert [(row["plays"], row["ordinal"]) for row in rows(found)] == [(1, -2), (2, -3), (3, -1)]
    assert [(each.code, each.line, each.severity) for each in found.problems] == [
        ("WORKS_IN_ONE_MINUTE", 3, Severity.WARNING)
    ]


def test_live_history(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(LIVE_HISTORY))
    assert (found.kind, found.problems, found.unknown_columns) == (UploadKind.KUAISHOU_LIVE_SESSIONS, [], [])
    first, second = rows(found)
    assert (first["platform"], first["minutes"], first["viewers"], first["peak_viewers"]) == (
        "KUAISHOU", Decimal(125), 1024, 88)  # fmt: skip
    assert (second["minutes"], second["viewers"], second["peak_viewers"]) == (None, 21000, None)
    assert (first["comments"], first["gross_sales"]) == (None, None)


def test_the_days_of_one_work_are_added_up(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes(WORK_DAYS))
    assert (found.kind, found.rows, found.problems) == (UploadKind.KUAISHOU_WORK_DAYS, 1, [])
    (work,) = rows(found)
    assert (work["platform"], work["published_at"], work["ordinal"], work["title"]) == (
        "KUAISHOU", PUBLISHED, 0, "秭归脐橙")  # fmt: skip
    assert [work[name] for name in ("plays", "likes", "comments", "shares", "favourites", "follower_gain")] == [
        4000, 40, 4, 6, 6, 5]  # fmt: skip
    ratios = ("cover_click_rate", "bounce_rate_2s", "completion_rate_5s", "completion_rate")
    assert [str(work[name]) for name in ratios] == ["0.175000", "0.325000", "0.500000", "0.130000"]


def test_the_days_of_one_work_stand_on_several_sheets(tmp_path: Path) -> None:
    plays, rest = ([[row[0], *row[part]] for row in WORK_DAYS] for part in (slice(1, 2), slice(2, None)))
    apart = parsed(tmp_path, xlsx_bytes(plays, rest, names=["播放数据", "互动效果"]))
    whole = parsed(tmp_path, xlsx_bytes(WORK_DAYS))
    assert (apart.kind, apart.content_digest) == (UploadKind.KUAISHOU_WORK_DAYS, whole.content_digest)
    turned = parsed(tmp_path, xlsx_bytes(rest, plays))
    assert turned.content_digest == whole.content_digest
    later = parsed(tmp_path, xlsx_bytes(WORK_DAYS[:2], [WORK_DAYS[0], WORK_DAYS[2]], WORK_DAYS))
    assert later.content_digest == whole.content_digest


def test_a_day_that_two_sheets_tell_of_differently_is_refused(tmp_path: Path) -> None:
    found = parsed(
        tmp_path, xlsx_bytes(WORK_DAYS, with_cell(WORK_DAYS, 1, "播放量", "1001")), policy=ImportPolicy.GOOD_ROWS
    )
    assert (codes(found), found.frame) == ([("LINES_CONTRADICT", 2, None)], None)


def test_the_days_of_one_work_without_its_plays_are_refused(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes([[row[0], *row[2:]] for row in WORK_DAYS]))
    assert [(each.code, each.parameters) for each in found.problems] == [("HEADING_NEEDED", {"heading": "播放量"})]


def with_published(table: Table) -> list[list[object]]:
    return [["发布时间", *table[0]], *(["2026-07-18 14:11:20", *row] for row in table[1:])]


@pytest.mark.parametrize(
    ("content", "name", "uploader"),
    [
        (xlsx_bytes(with_published(WORK_DAYS)), "a.xlsx", None),
        (xlsx_bytes([["作品名称：秭归脐橙  发布时间：2026-07-18 14:11:20"], *WORK_DAYS]), "a.xlsx", None),
        (xlsx_bytes([["作品名称", "秭归脐橙"], ["发布时间", "2026/7/18 14:11:20"], *WORK_DAYS]), "a.xlsx", None),
        (xlsx_bytes([["发布时间", "2026-07-18 14:11:20"]], WORK_DAYS, names=["作品", "每日"]), "a.xlsx", None),
        (xlsx_bytes(WORK_DAYS), "快手-lisi/秭归 发布时间20260718141120.xlsx", None),
        (xlsx_bytes(WORK_DAYS), "秭归_发布时间_2026-07-18_14-11-20.xlsx", None),
        (xlsx_bytes(WORK_DAYS), "a.xlsx", PUBLISHED),
        (xlsx_bytes([["发布时间：2026-07-18 14:11"], *WORK_DAYS]), "a.xlsx", PUBLISHED),
        (xlsx_bytes([["发布时间：2026-07-18 14:11:20"], *WORK_DAYS]), "a.xlsx", PUBLISHED.replace(second=0)),
    ],
    ids=[
        "column",
        "title row",
        "two cells",
        "another sheet",
        "packed in the name",
        "in the name",
        "uploader",
        "exacter uploader",
        "exacter file",
    ],
)
def test_when_a_work_came_out_is_taken_from_where_it_stands(
    content: bytes, name: str, uploader: datetime | None, tmp_path: Path
) -> None:
    (work,) = rows(parsed(tmp_path, content, name=name, published_at=uploader))
    assert work["published_at"] == PUBLISHED


@pytest.mark.parametrize(
    "name", ["a.xlsx", "2026-07-18 14.11.20.xlsx", "发布时间2026-07.xlsx", "发布时间20261341250000.xlsx"]
)
def test_when_a_work_came_out_is_never_guessed(name: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes(WORK_DAYS), name=name)
    assert (codes(found), found.frame) == ([("WORK_TIME_NEEDED", None, None)], None)


def test_two_times_of_publication_are_refused(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes(WORK_DAYS), published_at=PUBLISHED.replace(second=21))
    assert [(each.code, each.parameters) for each in found.problems] == [
        ("WORK_TIME_DIFFERS", {"first": "2026-07-18 14:11:20", "second": "2026-07-18 14:11:21"})
    ]


def test_days_before_a_work_came_out_show_a_wrong_time_and_missing_ones_are_told(tmp_path: Path) -> None:
    content = xlsx_bytes(WORK_DAYS)
    early = parsed(tmp_path, content, name="a", published_at=PUBLISHED.replace(day=19))
    assert codes(early) == [("WORK_DAY_TOO_EARLY", None, None)]
    late = parsed(tmp_path, content, name="a", published_at=PUBLISHED.replace(day=16))
    assert [(each.code, each.severity) for each in late.problems] == [("WORK_DAYS_INCOMPLETE", Severity.WARNING)]
    assert rows(late)[0]["plays"] == 4000
