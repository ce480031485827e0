"""Where good rows alone are asked for, the bad ones are left out, counted and named; otherwise they refuse the file."""

from pathlib import Path

import pytest

from services.shared.file_vocabulary import UploadKind
from services.shared.vocabulary import ImportPolicy, Severity
from tests.scorer.uploads.files import (
    ACCOUNT_DAYS,
    ORDERS,
    SESSIONS,
    WORK_DAYS,
    WORKS,
    Table,
    codes,
    csv_bytes,
    parsed,
    with_cell,
    xlsx_bytes,
)

GOOD = ImportPolicy.GOOD_ROWS


@pytest.mark.parametrize(
    ("table", "heading", "written", "code"),
    [
        (WORKS, "播放量", "很多", "VALUE_NOT_UNDERSTOOD"),
        (WORKS, "发布时间", "2027-01-01 00:00:00", "FUTURE_DATE"),
        (ACCOUNT_DAYS, "净增粉丝", "3.5", "VALUE_NOT_UNDERSTOOD"),
        (SESSIONS, "直播结束时间", "2026-01-01 00:00:00", "END_BEFORE_START"),
        (ORDERS, "订单应付金额", "", "VALUE_MISSING"),
        (ORDERS, "子订单编号", "6.91793E+18", "ID_LOST_DIGITS"),
    ],
)
def test_a_bad_row_is_left_out(table: Table, heading: str, written: str, code: str, tmp_path: Path) -> None:
    bad = csv_bytes(with_cell(table, 1, heading, written))
    refused, taken = parsed(tmp_path, bad), parsed(tmp_path, bad, policy=GOOD)
    assert codes(refused) == codes(taken) == [(code, 2, heading)]
    assert (refused.frame, refused.content_digest) == (None, None)
    assert (refused.rows, refused.refused_rows) == (len(table) - 1, len(table) - 1)
    assert (taken.rows, taken.refused_rows) == (len(table) - 1, 1)
    without = parsed(tmp_path, csv_bytes([table[0], *table[2:]]))
    assert taken.content_digest == without.content_digest is not None


def test_a_row_with_several_mistakes_is_one_row(tmp_path: Path) -> None:
    table = with_cell(with_cell(WORKS, 1, "播放量", "很多"), 1, "发布时间", "2027-01-01 00:00:00")
    found = parsed(tmp_path, xlsx_bytes(table), policy=GOOD)
    assert [code for code, _, _ in codes(found)] == ["VALUE_NOT_UNDERSTOOD", "FUTURE_DATE"]
    assert (found.rows, found.refused_rows) == (2, 1)


def test_rows_that_contradict_each_other_are_all_left_out(tmp_path: Path) -> None:
    """Nobody knows which of them is right."""
    table: Table = [*ORDERS, with_cell(ORDERS, 1, "订单应付金额", "1")[1]]
    found = parsed(tmp_path, csv_bytes(table), policy=GOOD)
    assert codes(found) == [("LINES_CONTRADICT", 5, None)]
    assert (found.rows, found.refused_rows) == (4, 2)
    assert found.content_digest == parsed(tmp_path, csv_bytes([ORDERS[0], *ORDERS[2:]])).content_digest


def test_a_file_without_one_good_row_is_refused(tmp_path: Path) -> None:
    """It would say that there was nothing."""
    found = parsed(tmp_path, csv_bytes(with_cell(WORKS[:2], 1, "播放量", "很多")), policy=GOOD)
    assert (found.frame, found.rows, found.refused_rows) == (None, 1, 1)


def test_what_is_wrong_with_more_than_a_row_refuses_the_file(tmp_path: Path) -> None:
    twice = [[*row, row[4]] for row in WORKS]
    assert codes(parsed(tmp_path, csv_bytes(twice), policy=GOOD)) == [("HEADING_REPEATED", 1, None)]
    assert parsed(tmp_path, csv_bytes(WORKS), UploadKind.DOUYIN_ORDERS, policy=GOOD).frame is None


def test_a_line_with_too_many_cells_is_left_out_and_nothing_of_it_is_told(tmp_path: Path) -> None:
    """Behind an unquoted comma a buyer's number may stand where an amount is read."""
    bad = csv_bytes(ORDERS).replace("恩施玉露".encode(), "恩施,玉露,138".encode())
    assert codes(parsed(tmp_path, bad)) == [("ROW_TOO_LONG", 2, None)]
    found = parsed(tmp_path, bad, policy=GOOD)
    assert codes(found) == [("ROW_TOO_LONG", 2, None)]
    assert (found.rows, found.refused_rows) == (3, 1)
    assert found.content_digest == parsed(tmp_path, csv_bytes([ORDERS[0], *ORDERS[2:]])).content_digest
    assert "##" not in repr(found.problems)


def test_warnings_leave_nothing_out(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "审核状态", "审核不通过")), policy=GOOD)
    assert [(each.code, each.severity) for each in found.problems] == [("VISIBILITY_UNKNOWN", Severity.WARNING)]
    assert (found.rows, found.refused_rows) == (2, 0)


def test_no_day_of_a_work_is_left_out(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(WORK_DAYS, 1, "播放量", "很多")), policy=GOOD)
    assert (codes(found), found.frame) == ([("VALUE_NOT_UNDERSTOOD", 2, "播放量")], None)
