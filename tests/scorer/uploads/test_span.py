"""A sheet is read as the rectangle around its cells: a few that lie far apart are refused before that, tables never."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from services.scorer.uploads import container
from services.scorer.uploads.container import check_workbook
from tests.scorer.uploads.files import ACCOUNT_DAYS, WORKS, parsed, xlsx_bytes
from tests.scorer.uploads.test_children import replaced, sheet_xml

HEAD = '<row r="1"><c r="A1" t="str"><v>日期</v></c><c r="B1" t="str"><v>净增粉丝</v></c></row>'
FAR = {
    "far below": '<row r="900000"><c r="Z900000"><v>1</v></c></row>',
    "far right": '<row r="300"><c r="XFD300"><v>1</v></c></row>',
    "a formula": '<row r="900000"><c r="Z900000"><f>1+1</f><v>2</v></c></row>',
    "in a row not its own": '<row r="2"><c r="Z900000"><v>1</v></c></row>',
    "text in the cell": '<row r="900000"><c r="Z900000" t="inlineStr"><is><t>x</t></is></c></row>',
}


def sheet(rows: str, dimension: str = "") -> bytes:
    xml = sheet_xml(rows).replace(b"<sheetData>", f"{dimension}<sheetData>".encode())
    return replaced(xlsx_bytes(ACCOUNT_DAYS), "xl/worksheets/sheet1.xml", xml)


@pytest.mark.parametrize("dimension", ["", '<dimension ref="A1:B4"/>'], ids=["no dimension", "a dimension that lies"])
@pytest.mark.parametrize("name", FAR)
def test_a_cell_far_from_the_others_is_refused_by_name(name: str, dimension: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, sheet(HEAD + FAR[name], dimension))
    (problem,) = found.problems
    assert (problem.code, problem.sheet, problem.parameters["count"]) == ("CELL_FAR_AWAY", "Sheet1", 3)
    assert problem.parameters["cell"] in ("Z900000", "XFD300")


@pytest.mark.parametrize(
    "row",
    ['<row r="900000"><c r="XFD900000" s="1"/></row>', '<row r="900000" ht="20"/>', ""],
    ids=["a far cell that is only formatted", "a far row without cells", "no far cell"],
)
def test_what_holds_nothing_may_lie_anywhere(row: str, tmp_path: Path) -> None:
    day = '<row r="2"><c r="A2" t="str"><v>2026-07-30</v></c><c r="B2"><v>5</v></c></row>'
    found = parsed(tmp_path, sheet(HEAD + day + row, '<dimension ref="A1:XFD1048576"/>'))
    assert (found.rows, found.problems) == (1, [])


@pytest.mark.parametrize(("rows", "columns"), [(12_000, 16), (60_000, 2), (20_000, 3), (300, 120)])
def test_tables_tall_or_wide_are_read(rows: int, columns: int, tmp_path: Path) -> None:
    file, path = io.BytesIO(), tmp_path / "upload"
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        made = book.add_worksheet()
        for row in range(rows):
            made.write_row(row, 0, ["x"] * columns)
    path.write_bytes(file.getvalue())
    checked = check_workbook(path)
    assert parsed(tmp_path, file.getvalue()).problems[0].code != "CELL_FAR_AWAY"
    assert bool(checked.far_apart) == ((rows, columns) in ((60_000, 2), (300, 120)))  # looked at closely


def test_a_reference_is_seen_wherever_the_sheet_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "upload"
    path.write_bytes(sheet(HEAD + FAR["far below"]))
    for chunk in range(80, 300, 7):
        monkeypatch.setattr(container, "CHUNK", chunk)
        assert check_workbook(path).far_apart == {"xl/worksheets/sheet1.xml"}


def test_a_note_beside_a_table_is_near_enough(tmp_path: Path) -> None:
    noted: list[Sequence[object]] = [*WORKS, *([] for _ in range(3000)), [*[None] * 90, "备注"]]
    assert not parsed(tmp_path, xlsx_bytes(noted)).refused
