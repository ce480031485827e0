"""A number that a sheet shows as a percentage is read as it is shown, whatever the column takes."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from services.scorer.uploads.parse import ParsedFile
from tests.scorer.uploads.files import WORK_DAYS, WORKS, Table, codes, parsed, with_cell

DAYS: Table = [["日期", "封面点击率"], ["2026-07-30", 0.8333], ["2026-07-31", "12.00%"], ["2026-08-01", "-"]]


def workbook(table: Table, number_format: str | int, first_row: int = 0, first_column: int = 0) -> bytes:
    """Its numbers are in one format."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet, shown = book.add_worksheet(), book.add_format({"num_format": number_format})
        for row, cells in enumerate(table, start=first_row):
            for column, cell in enumerate(cells, start=first_column):
                sheet.write(row, column, cell, shown if isinstance(cell, float) else None)
    return file.getvalue()


def values(found: ParsedFile) -> list[Decimal]:
    assert found.frame is not None, found.problems
    return found.frame["value"].to_list()


@pytest.mark.parametrize("number_format", [9, 10, "0.0%", "0.000%;[Red]-0.00%", "#,##0.00\\ %", '"约"0%'])
@pytest.mark.parametrize("place", [(0, 0), (3, 2)])
def test_a_percentage_stored_as_a_number_is_what_the_sheet_shows(
    number_format: str | int, place: tuple[int, int], tmp_path: Path
) -> None:
    found = parsed(tmp_path, workbook(DAYS, number_format, *place))
    assert values(found) == [Decimal("0.8333"), Decimal("0.12")]


@pytest.mark.parametrize("number_format", [0, 2, "0.00", '0.00"%"', "0.00\\%"])
def test_a_number_shown_without_a_percent_sign_of_its_own_is_refused_as_before(
    number_format: str | int, tmp_path: Path
) -> None:
    found = parsed(tmp_path, workbook(DAYS, number_format))
    assert codes(found) == [("RATIO_WITHOUT_SIGN", 2, "封面点击率")]


def test_one_is_a_hundred_percent_where_it_is_shown_so(tmp_path: Path) -> None:
    assert values(parsed(tmp_path, workbook(with_cell(DAYS, 1, "封面点击率", 1.0), "0.00%")))[0] == 1


def test_what_a_kind_takes_as_a_percentage_is_no_hundredth_of_it(tmp_path: Path) -> None:
    shown = workbook(with_cell(WORK_DAYS[:2], 1, "完播率", 0.205), "0.0%")
    plain = workbook(with_cell(WORK_DAYS[:2], 1, "完播率", 20.5), "0.0")
    for content in (shown, plain):
        found = parsed(tmp_path, content)
        assert found.frame is not None and found.frame["completion_rate"][0] == Decimal("0.205")


def test_a_fraction_is_the_same_however_it_is_shown(tmp_path: Path) -> None:
    table = with_cell(WORKS, 1, "完播率", 0.043936)
    found = [parsed(tmp_path, workbook(table, shown)) for shown in ("0.00%", "0.000000")]
    assert found[0].content_digest == found[1].content_digest is not None
