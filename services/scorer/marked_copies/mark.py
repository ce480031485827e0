"""A copy of an export as xlsx, its bad cells coloured and commented, with a list of everything that is wrong. Pure.

Lines stand where they stand in the file. Only columns that the file's format reads are shown: the others, those of
personal data among them, keep their heading alone. Every cell is text, so that nothing in it is ever computed.
"""

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format as Style
from xlsxwriter.worksheet import Worksheet

from services.scorer.uploads.refused import Refused
from services.scorer.uploads.table import Table, tables
from services.shared.file_vocabulary import UploadKind
from services.shared.formats.catalogue import Format, Formats, catalogue
from services.shared.formats.section import normalise
from services.shared.problems import Problem
from services.shared.vocabulary import Severity
from services.shared.words import Language, put

MOST_LINES = 10_000  # of a longer sheet only the lines with problems are shown
LAST_LINE = 1_048_576  # that xlsx has room for
_LONGEST_TEXT = 32_767
_COMPUTED = ("=", "+", "-", "@", "\t")  # how a text begins that a program may take for a formula once it is edited
_LIST_COLUMNS = ("MARKED_SHEET", "MARKED_LINE", "MARKED_COLUMN", "MARKED_VALUE", "MARKED_PROBLEM")
_WIDTHS = (18, 8, 18, 24, 90)
_COLOURS = {Severity.ERROR: "#F8B4B4", Severity.WARNING: "#FDE68A"}


@dataclass(frozen=True, slots=True)
class _Styles:
    """How cells look, by what is wrong with them."""

    plain: Style
    inert: Style
    heading: Style
    bad: Mapping[Severity, Style]

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> "_Styles":
        coloured = {
            severity: book.add_format({"bg_color": colour, "num_format": "@", "quote_prefix": True})
            for severity, colour in _COLOURS.items()
        }
        plain = book.add_format({"num_format": "@"})
        inert = book.add_format({"num_format": "@", "quote_prefix": True})
        return cls(plain, inert, book.add_format({"bold": True, "text_wrap": True}), coloured)

    def of_text(self, text: str) -> Style:
        return self.inert if text.startswith(_COMPUTED) else self.plain


def mark(
    path: Path | None, problems: Sequence[Problem], language: Language, stated: UploadKind | None = None, own: str = ""
) -> bytes:
    """The copy of the file at `path`; of one that is not there or cannot be read the list of problems alone."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        styles = _Styles.of(book)
        listed = book.add_worksheet(put("MARKED_LIST", {}, language))
        _list(listed, problems, language, styles)
        for table, heading, kind in _recognised(path, catalogue(own), stated):
            sheet = book.add_worksheet(_free_name(book, table.name or put("MARKED_TABLE", {}, language)))
            of_table = [one for one in problems if (one.sheet or "") == table.name]
            _Copy(sheet, table, heading, kind, styles, language).write(of_table)
    return file.getvalue()


def _recognised(path: Path | None, formats: Formats, stated: UploadKind | None) -> Iterator[tuple[Table, int, Format]]:
    """The tables that can be shown, each with the place of its headings."""
    if path is None:
        return
    try:
        for table in tables(path, lambda row: formats.recognise(row, stated) is not None):
            for heading, row in enumerate(table.head):
                found = formats.recognise(row, stated)
                if isinstance(found, Format):
                    yield table, heading, found
                    break
    except Refused:  # its problem is on the list
        return


def _free_name(book: xlsxwriter.Workbook, name: str) -> str:
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    return name if name.lower() not in taken else f"{name[:28]} 2"


def _list(sheet: Worksheet, problems: Sequence[Problem], language: Language, styles: _Styles) -> None:
    for column, (code, width) in enumerate(zip(_LIST_COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, put(code, {}, language), styles.heading)
    sheet.freeze_panes(1, 0)
    for row, one in enumerate(problems, start=1):
        value, line = str(one.parameters.get("value", "")), str(one.line or "")
        said = put(one.code, one.parameters, language)
        for column, text in enumerate((one.sheet or "", line, one.column or "", value, said)):
            style = styles.bad[one.severity] if column == len(_WIDTHS) - 1 else styles.of_text(text)
            _write(sheet, row, column, text, style)


def _write(sheet: Worksheet, row: int, column: int, text: str, style: Style) -> None:
    """As text, whatever it looks like."""
    sheet.write_string(row, column, text[:_LONGEST_TEXT], style)


@dataclass(frozen=True, slots=True)
class _Copy:
    """One table on its way to a sheet."""

    sheet: Worksheet
    table: Table
    heading: int
    kind: Format
    styles: _Styles
    language: Language

    def write(self, problems: Sequence[Problem]) -> None:
        headings = self.table.head[self.heading]
        names = [normalise(name) for name in headings]
        read = frozenset[str]().union(*(column.names for column in self.kind.columns))
        shown = [index for index, name in enumerate(names) if name in read]
        marks = self._places(problems, names, shown[0])
        top = self.table.line_of(self.heading)
        for index, name in enumerate(headings):
            self._cell(top, index, (name or "").strip(), marks, self.styles.heading)
        for line, *cells in self._rows(shown, {line for line, _ in marks}).iter_rows():
            for index, cell in zip(shown, cells, strict=True):
                self._cell(line, index, cell or "", marks)

    def _places(
        self, problems: Sequence[Problem], names: Sequence[str], first: int
    ) -> dict[tuple[int, int], list[Problem]]:
        """Problems by line and column; one of a whole line stands at its first column."""
        found: dict[tuple[int, int], list[Problem]] = defaultdict(list)
        for one in problems:
            name = normalise(one.column)
            index = names.index(name) if name in names else first
            if one.line is not None:
                found[one.line, index].append(one)
        return found

    def _rows(self, shown: list[int], marked: set[int]) -> pl.DataFrame:
        try:
            rows = self.table.rows_after(self.heading, len(self.table.head[self.heading]), shown)
        except Refused:  # its problem is on the list
            return pl.DataFrame(schema=["line", *map(str, shown)])
        rows = rows.filter(pl.col("line") <= LAST_LINE)
        if rows.height > MOST_LINES:
            rows = rows.filter(pl.col("line").is_in(list(marked)))
        return rows.select("line", *map(str, shown))

    def _cell(
        self,
        line: int,
        index: int,
        text: str,
        marks: Mapping[tuple[int, int], Sequence[Problem]],
        style: Style | None = None,
    ) -> None:
        wrong = marks.get((line, index), ())
        if not wrong and not text:
            return
        if wrong:
            severity = min((one.severity for one in wrong), key=list(Severity).index)
            style = self.styles.bad[severity]
            said = "\n".join(put(one.code, one.parameters, self.language) for one in wrong)
            self.sheet.write_comment(line - 1, index, said, {"x_scale": 2.5, "y_scale": 1.5})
        _write(self.sheet, line - 1, index, text, style or self.styles.of_text(text))
