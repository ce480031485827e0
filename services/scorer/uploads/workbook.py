"""xlsx files → rows of text cells, through calamine (in a child process: some files abort it).

Cells arrive as text: numbers without float noise, dates as `2026-07-18 14:11:20`. Whether a long number was stored as
a number, so that Excel cut it to 15 digits, only the XML knows; it is asked when a value makes that possible.
"""

import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from xml.etree import ElementTree

import fastexcel
import polars as pl

from services.scorer.uploads.container import MOST_INFLATED, inflate
from services.scorer.uploads.refused import Refused

HEAD_ROWS = 20
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_VALUED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*>(?=\s*<(?:\w+:)?(?:v|is|f)\b)')
_MERGED_CELL = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"')
_OVERLAP = 4096  # longer than any cell's tag


class Workbook:
    """An xlsx file that has passed `container.check_workbook`."""

    def __init__(self, path: Path, with_merged_cells: frozenset[str] = frozenset()) -> None:
        self.path, self._with_merged_cells = path, with_merged_cells
        try:
            self._reader = fastexcel.read_excel(path)
        except fastexcel.FastExcelError as error:
            raise Refused("FILE_NOT_XLSX", {"detail": _first_line(error)}) from None

    def sheets(self) -> Iterator["Sheet"]:
        """Every sheet that holds a cell, one at a time: a real file may have dozens."""
        for index, name in enumerate(self._reader.sheet_names):
            try:
                loaded = self._reader.load_sheet(index, header_row=None, dtypes="string")
                cells = pl.DataFrame(loaded)
            except fastexcel.FastExcelError as error:
                raise Refused("FILE_NOT_XLSX", {"detail": _first_line(error)}, sheet=name) from None
            if cells.height and cells.width:
                yield Sheet(self.path, name, cells, self._with_merged_cells)


class Sheet:
    """One sheet that holds something. Row 0 of `cells` is the first row with a value, not the first of the sheet."""

    too_long: Mapping[int, int] = MappingProxyType({})

    def __init__(self, path: Path, name: str, cells: pl.DataFrame, with_merged_cells: frozenset[str]) -> None:
        self.path, self.name, self.cells = path, name, cells
        self.merged: dict[int, list[tuple[int, int]]] = {}
        if with_merged_cells and self._part in with_merged_cells:
            self._unmerge()
        self.head: list[list[str | None]] = [list(row) for row in self.cells.head(HEAD_ROWS).iter_rows()]

    def _unmerge(self) -> None:
        """Gives every line that a merged cell stretches over the cell's value, which stands in its first line only."""
        top, left = self.origin
        for window in self._xml():
            for match in _MERGED_CELL.finditer(window):
                column, first = _column_number(match[1]) - left, int(match[2])
                last = min(int(match[3]), top + self.cells.height)
                if 0 <= column < self.cells.width and top < first < last:
                    self.merged.setdefault(column, []).append((first, last))
        filled = []
        for column, ranges in self.merged.items():
            cells = self.cells.to_series(column).to_list()
            for first, last in set(ranges):
                cells[first - top : last - top] = [cells[first - top - 1]] * (last - first)
            filled.append(pl.Series(self.cells.columns[column], cells, pl.String))
        self.cells = self.cells.with_columns(filled)

    @cached_property
    def _part(self) -> str:
        """The name of the sheet's XML inside the zip."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                return self._find_part(archive)
        except (ElementTree.ParseError, LookupError, ValueError) as error:  # calamine is less strict
            raise Refused("FILE_NOT_XLSX", {"detail": _first_line(error)}, sheet=self.name) from None

    def _find_part(self, archive: zipfile.ZipFile) -> str:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 (declarations were refused)
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        for sheet in (*book.iter(f"{_MAIN}sheet"), *book.iter(f"{_STRICT}sheet")):
            if sheet.get("name") == self.name:
                target = targets[sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)]
                part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
                return archive.getinfo(part).filename
        raise LookupError(self.name)

    def _xml(self) -> Iterator[bytes]:
        """The sheet's XML in windows that overlap, so that no cell is cut in all of them."""
        with zipfile.ZipFile(self.path) as archive:
            tail = b""
            for chunk in inflate(archive, archive.getinfo(self._part), MOST_INFLATED):
                yield tail + chunk
                tail = (tail + chunk)[-_OVERLAP:]

    @cached_property
    def origin(self) -> tuple[int, int]:
        """Row and column, from 0, of the sheet's first used cell: where row 0, column 0 of `cells` lies."""
        row, column = None, None
        for window in self._xml():
            for match in _VALUED_CELL.finditer(window):
                row = int(match[2]) - 1 if row is None else row
                here = _column_number(match[1])
                column = here if column is None else min(column, here)
                if column == 0:
                    return row, 0
        return row or 0, column or 0

    def line_of(self, row: int) -> int:
        return self.origin[0] + row + 1

    def rows_after(self, heading: int, width: int, wanted: list[int]) -> pl.DataFrame:
        """The rows after head row `heading` as strings: columns `0`, `1`… of `wanted`, and `line` as Excel shows it."""
        names = self.cells.columns
        chosen = self.cells.slice(heading + 1).select(pl.col(names[index]).alias(str(index)) for index in wanted)
        return chosen.with_row_index("line", offset=self.line_of(heading + 1)).with_columns(
            pl.col("line").cast(pl.Int32)
        )

    def batches(self, heading: int, width: int, wanted: list[int]) -> Iterator[pl.DataFrame]:
        yield self.rows_after(heading, width, wanted)

    def longer_than_most(self, lines: Iterable[int]) -> dict[int, int]:
        return {}

    def stored_as_numbers(self, places: list[tuple[int, int]]) -> set[tuple[int, int]]:
        """Those of the (line, column) places whose cell is a number: looked up one after the other in the XML."""
        wanted = deque(sorted(places))
        numbers = set()
        for window in self._xml():
            start = 0
            while wanted:
                line, column = wanted[0]
                place = window.find(f'r="{_column_letters(self.origin[1] + column)}{line}"'.encode(), start)
                end = window.find(b">", place)
                if place < 0 or end < 0:
                    break
                if not re.search(rb'\bt="(?!n")', window[window.rfind(b"<", 0, place) : end]):
                    numbers.add((line, column))
                wanted.popleft()
                start = end
            if not wanted:
                break
        return numbers


def _column_letters(number: int) -> str:
    """0 → `A`, 26 → `AA`."""
    letters = ""
    while number >= 0:
        letters = chr(65 + number % 26) + letters
        number = number // 26 - 1
    return letters


def _column_number(letters: bytes) -> int:
    """`A` → 0, `AA` → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
