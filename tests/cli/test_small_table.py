"""Small tables as Excel and WPS leave them behind."""

from pathlib import Path

import pytest
import xlsxwriter

from services.cli.errors import CommandError
from services.cli.small_table import SmallTable, read_small_table

NAME, UID = ("账号", "account"), ("达人ID", "uid")


def workbook(folder: Path, *sheets: list[list[object]]) -> Path:
    path = folder / "表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def said(table: SmallTable) -> list[tuple[int, str, str]]:
    return [(line.number, line.at(table.column(NAME)), line.at(table.column(UID))) for line in table.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_text_in_any_encoding_with_any_delimiter(encoding: str, delimiter: str, tmp_path: Path) -> None:
    rows = [["达人id", "备 注", "账 号"], ["759", "", " zhang三 "], ["", "", ""], ["12", "x", "lisi"]]
    path = tmp_path / "表.csv"
    path.write_bytes("\r\n".join(map(delimiter.join, rows)).encode(encoding))
    assert said(read_small_table(path, NAME, UID)) == [(2, "zhang三", "759"), (4, "lisi", "12")]


def test_the_headings_stand_below_a_title_or_on_another_sheet(tmp_path: Path) -> None:
    rows: list[list[object]] = [["2021 年达人编号"], [], ["Account", "UID"], ["zhangsan", 759], ["lisi", "0012"]]
    path = workbook(tmp_path, [["说明"], ["请填写第二张表"]], rows)
    assert said(read_small_table(path, NAME, UID)) == [(4, "zhangsan", "759"), (5, "lisi", "0012")]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["账号", "编号"], ["zhangsan", 1]])
    with pytest.raises(CommandError, match="缺少列：达人ID。"):
        read_small_table(path, NAME, UID)
    with pytest.raises(CommandError, match="无法读取"):
        read_small_table(tmp_path / "nosuch.csv", NAME)


def test_a_long_number_that_excel_has_rounded_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["账号", "达人ID"], ["zhangsan", 3.5e18]])
    with pytest.raises(CommandError, match="第 2 行的达人ID请设为文本格式"):
        read_small_table(path, NAME, UID, ids=UID)


def test_a_comma_too_many_is_not_guessed_about(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text("账号,达人ID\nzhangsan,12,000\n", encoding="utf-8")
    with pytest.raises(CommandError, match="第 2 行有 3 格"):
        read_small_table(path, NAME, UID)
