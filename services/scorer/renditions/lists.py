"""The lists of a revision for spreadsheets: xlsx with all of them, csv with everybody. Pure, the same bytes each time.

Whatever people wrote is inert: no cell is ever computed, and a long number stays the text that it is.
"""

import csv
import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.scorer.renditions.paper import compose, hour_of, tables_of
from services.scorer.renditions.tables import Kind, Lists, Table, computed, legible, written
from services.shared.publications.snapshot import Snapshot
from services.shared.words import Language, put

_WIDTHS = {Kind.TEXT: 18, Kind.COUNT: 10, Kind.POINTS: 14}
_TEXT_WIDTH = 100


def as_csv(snapshot: Snapshot, language: Language) -> bytes:
    """UTF-8 with BOM, without which Excel shows Chinese as noise."""
    table, text = Lists(snapshot, language).results(), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_inert(column.heading) for column in table.columns)
    for row in table.rows:
        writer.writerow(_inert(legible(cell)) if isinstance(cell, str) else written(cell) for cell in row)
    return text.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    """An apostrophe in front: what spreadsheets take as the sign that a text follows."""
    return f"'{text}" if computed(text) else text


def as_xlsx(snapshot: Snapshot, language: Language) -> bytes:
    """Everybody on the first sheet, then the other lists, then the text."""
    file, paper = io.BytesIO(), compose(snapshot, language)
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        book.set_properties({"title": paper.title, "created": hour_of(snapshot)})
        *others, results = tables_of(snapshot, language)
        styles = _Styles(book)
        for table in (results, *others):
            styles.write_list(book.add_worksheet(table.title), table)
        lines = [paper.title, paper.revision, *paper.paragraphs, *paper.signed, "", paper.proof_title, *paper.proof]
        styles.write_lines(book.add_worksheet(put("PAPER_TEXT", {}, language)), lines)
    return file.getvalue()


class _Styles:
    """How cells look in one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._plain = book.add_format({"num_format": "@"})
        self._inert = book.add_format({"num_format": "@", "quote_prefix": True})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self._points: dict[int, Format] = {}

    def write_list(self, sheet: Worksheet, table: Table) -> None:
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, _WIDTHS[column.kind])
        for index, column in enumerate(table.columns):
            sheet.write_string(0, index, column.heading, self._heading)
        for line, row in enumerate(table.rows, start=1):
            for index, cell in enumerate(row):
                if isinstance(cell, str):
                    text = legible(cell)
                    sheet.write_string(line, index, text, self._inert if computed(text) else self._plain)
                elif isinstance(cell, int):
                    sheet.write_number(line, index, cell)
                else:
                    places = max(0, -int(cell.as_tuple().exponent))
                    sheet.write_number(line, index, cell, self._of_points(places))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)

    def write_lines(self, sheet: Worksheet, lines: Sequence[str]) -> None:
        sheet.set_column(0, 0, _TEXT_WIDTH)
        for place, line in enumerate(lines):
            sheet.write_string(place, 0, line, self._wrapped)

    def _of_points(self, places: int) -> Format:
        """As many decimals as the number has."""
        if places not in self._points:
            self._points[places] = self._book.add_format({"num_format": "0." + "0" * places if places else "0"})
        return self._points[places]
