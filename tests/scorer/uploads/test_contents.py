"""What rows say together, and what a whole file is: refused or flagged with the line and a sentence."""

import csv
import io
from pathlib import Path

import pytest

from services.scorer.uploads.parse import ParsedFile
from services.shared.file_vocabulary import UploadKind
from services.shared.formats.catalogue import catalogue
from services.shared.vocabulary import Severity
from services.shared.words import Language, put
from tests.scorer.uploads.files import (
    ACCOUNT_DAYS,
    KUAISHOU_ORDERS,
    ORDERS,
    SESSIONS,
    WORKS,
    codes,
    csv_bytes,
    parsed,
    with_cell,
    xlsx_bytes,
)


def cell(found: ParsedFile, column: str, row: int = 0) -> object:
    assert found.frame is not None, found.problems
    return found.frame[column][row]


def test_negative_counts_and_money_are_refused_where_none_can_be(tmp_path: Path) -> None:
    assert codes(parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "播放量", "-5")))) == [("NEGATIVE_COUNT", 2, "播放量")]
    assert codes(parsed(tmp_path, csv_bytes(with_cell(ORDERS, 2, "订单应付金额", "-28.90")))) == [
        ("NEGATIVE_COUNT", 3, "订单应付金额")
    ]


@pytest.mark.parametrize(
    ("table", "heading", "written"),
    [
        (WORKS, "发布时间", "2026-10-21 00:00:00"),
        (ACCOUNT_DAYS, "日期", "2026-10-21"),
        (SESSIONS, "直播开始时间", "2027-01-01 00:00:00"),
        (ORDERS, "支付完成时间", "2026-10-20 08:00:01"),
    ],
)
def test_dates_after_the_export_are_refused(
    table: list[list[object]], heading: str, written: str, tmp_path: Path
) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(table, 1, heading, written)))
    assert ("FUTURE_DATE", 2, heading) in codes(found)
    assert found.frame is None


def test_a_needed_cell_that_is_empty_is_refused(tmp_path: Path) -> None:
    assert codes(parsed(tmp_path, csv_bytes(with_cell(KUAISHOU_ORDERS, 1, "实付款", "")))) == [
        ("VALUE_MISSING", 2, "实付款")
    ]


def test_works_of_one_second_are_told_apart_by_title_and_flagged(tmp_path: Path) -> None:
    table = [WORKS[0], ["乙", *WORKS[1][1:]], ["甲", *WORKS[1][1:]]]
    found = parsed(tmp_path, csv_bytes(table))
    assert found.frame is not None
    assert dict(found.frame.select("title", "ordinal").rows()) == {"乙": 0, "甲": 1}
    assert [(problem.code, problem.line, problem.severity) for problem in found.problems] == [
        ("WORKS_IN_ONE_SECOND", 3, Severity.WARNING)
    ]
    turned = parsed(tmp_path, csv_bytes([table[0], table[2], table[1]]))
    assert turned.content_digest == found.content_digest


def test_the_same_order_line_twice_counts_once(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes([*ORDERS, ORDERS[1]]))
    assert (found.rows, found.content_digest) == (4, parsed(tmp_path, csv_bytes(ORDERS)).content_digest)
    assert [(problem.code, problem.line, problem.parameters) for problem in found.problems] == [
        ("LINE_REPEATED", 5, {"first_line": 2})
    ]


def test_the_same_order_line_with_another_amount_is_a_contradiction(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes([*ORDERS, with_cell(ORDERS, 1, "订单应付金额", "1")[1]]))
    assert codes(found) == [("LINES_CONTRADICT", 5, None)]
    assert found.frame is None


def test_sales_without_orders_are_flagged(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(SESSIONS, 1, "直播间成交订单数", "0")))
    assert [(problem.code, problem.line, problem.severity) for problem in found.problems] == [
        ("SALES_WITHOUT_ORDERS", 2, Severity.WARNING)
    ]
    assert found.frame is not None


def test_an_unknown_state_of_a_work_is_not_public_and_flagged(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "审核状态", "审核不通过")))
    assert cell(found, "visibility") == "PRIVATE"
    assert codes(found) == [("VISIBILITY_UNKNOWN", 2, "审核状态")]


def test_control_characters_in_a_title_are_refused(tmp_path: Path) -> None:
    assert codes(parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "作品名称", "a\x08b")))) == [
        ("BAD_CHARACTER", 2, "作品名称")
    ]


def test_no_more_problems_are_kept_than_a_person_reads(tmp_path: Path) -> None:
    table = [WORKS[0], *([f"作品{i}", "坏", *WORKS[1][2:]] for i in range(1000))]
    found = parsed(tmp_path, csv_bytes([*table, WORKS[1]]))
    assert len(found.problems) == 201
    assert [problem.line for problem in found.problems[:3]] == [2, 3, 4]
    assert (found.problems[-1].code, found.problems[-1].parameters) == ("MORE_PROBLEMS", {"count": 800})


def test_unknown_headings_name_the_kinds_and_what_the_nearest_lacks(tmp_path: Path) -> None:
    table = [[name for name in WORKS[0] if name != "点赞量"], ["x"] * 15]
    (problem,) = parsed(tmp_path, csv_bytes(table)).problems
    assert (problem.code, problem.parameters["nearest"], problem.parameters["missing"]) == (
        "KIND_NOT_FOUND", "DOUYIN_WORKS", "点赞量")  # fmt: skip
    sentence = put(problem.code, problem.parameters, Language.ZH)
    assert "抖音《作品列表》，还缺：点赞量" in sentence
    assert all(put(kind, {}, Language.ZH) in sentence for kind in (each.kind for each in catalogue().taken))


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (["发布时间", "体裁", "垂类", "周期内投稿量", "条均点击率"], "DOUYIN_WORKS_SUMMARY"),
        (["时间", "实时在线人数", "进入直播间人数"], "DOUYIN_ONE_SESSION"),
        (["达人", "直播标题", "开播时间", "直播时长", "人气峰值", "销量", "销售额"], "THIRD_PARTY"),
        (["标题", "视频链接", "作者", "点赞数", "收藏数", "评论数", "发布时间"], "THIRD_PARTY"),
        (["平台", "作品ID", "标题", "发布日期", "播放量", "点赞量"], "THIRD_PARTY"),
    ],
)
def test_known_files_that_are_not_taken_are_told_by_name(headings: list[str], kind: str, tmp_path: Path) -> None:
    (problem,) = parsed(tmp_path, csv_bytes([headings, ["1"] * len(headings)])).problems
    assert (problem.code, problem.parameters["kind"]) == ("KIND_NOT_TAKEN", kind)


def test_two_kinds_in_one_workbook_are_refused(tmp_path: Path) -> None:
    assert codes(parsed(tmp_path, xlsx_bytes(WORKS, ORDERS))) == [("KINDS_MIXED", None, None)]


def test_a_sheet_of_notes_is_skipped_and_said_so(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes(WORKS, [["备注"], ["我的笔记"]], names=["数据", "笔记"]))
    assert [(problem.code, problem.sheet, problem.severity) for problem in found.problems] == [
        ("SHEET_SKIPPED", "笔记", Severity.WARNING)
    ]
    assert found.kind is UploadKind.DOUYIN_WORKS


def test_old_macintosh_line_ends(tmp_path: Path) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r").writerows(ACCOUNT_DAYS)
    found = parsed(tmp_path, text.getvalue().encode())
    assert found.content_digest == parsed(tmp_path, csv_bytes(ACCOUNT_DAYS)).content_digest
