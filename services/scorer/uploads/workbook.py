"""xlsx files → rows of text cells, through calamine (in a child process: some files abort it).

Cells arrive as text: numbers without float noise, dates as `2026-07-18 14:11:20`. What else there is to know of a cell,
such as whether a long number was stored as a number, so that Excel cut it to 15 digits, `SheetXml` is asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import fastexcel
import polars as pl

from services.scorer.uploads.container import Checked
from services.scorer.uploads.percentages import as_shown, percent_styles
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.sheet_xml import SheetXml, first_line

HEAD_ROWS = 20


class Workbook:
    """An xlsx file that has passed `container.check_workbook`."""

    def __init__(self, path: Path, checked: Checked) -> None:
        self.path, self._checked = path, checked
        try:
            self._reader = fastexcel.read_excel(path)
        except fastexcel.FastExcelError as error:
            raise Refused("FILE_NOT_XLSX", {"detail": first_line(error)}) from None

    def sheets(self) -> Iterator["Sheet"]:
        """Every sheet that holds a cell, one at a time: a real file may have dozens."""
        percentages = percent_styles(self.path) if self._checked.may_show_percentages else frozenset()
        for index, name in enumerate(self._reader.sheet_names):
            xml = SheetXml(self.path, name)
            if self._checked.far_apart and xml.part in self._checked.far_apart:
                xml.check_span()
            try:
                loaded = self._reader.load_sheet(index, header_row=None, dtypes="string")
                cells = pl.DataFrame(loaded)
            except fastexcel.FastExcelError as error:
                raise Refused("FILE_NOT_XLSX", {"detail": first_line(error)}, sheet=name) from None
            if cells.height and cells.width:
                merged = self._checked.with_merged_cells and xml.part in self._checked.with_merged_cells
                yield Sheet(xml, cells, percentages, merged=bool(merged))


class Sheet:
    """One sheet that holds something. Row 0 of `cells` is the first row with a value, not the first of the sheet."""

    too_long: Mapping[int, int] = MappingProxyType({})

    def __init__(self, xml: SheetXml, cells: pl.DataFrame, percentages: frozenset[int], *, merged: bool) -> None:
        self._xml, self.name, self.cells = xml, xml.sheet, cells
        self.merged: dict[int, list[tuple[int, int]]] = {}
        if percentages:
            self._show_percentages(percentages)
        if merged:
            self._unmerge()
        self.head: list[list[str | None]] = [list(row) for row in self.cells.head(HEAD_ROWS).iter_rows()]

    def _show_percentages(self, styles: frozenset[int]) -> None:
        """Makes `83.33%` of a number that is shown so, as csv has it."""
        top, left = self._xml.origin
        shown: dict[int, list[int]] = {}
        for line, column in self._xml.percentages(styles):
            if 0 <= column - left < self.cells.width and 0 < line - top <= self.cells.height:
                shown.setdefault(column - left, []).append(line - top - 1)
        changed = []
        for column, rows in shown.items():
            cells = self.cells.to_series(column).to_list()
            for row in set(rows):
                cells[row] = as_shown(cells[row])
            changed.append(pl.Series(self.cells.columns[column], cells, pl.String))
        self.cells = self.cells.with_columns(changed)

    def _unmerge(self) -> None:
        """Gives every line that a merged cell stretches over the cell's value, which stands in its first line only."""
        top, left = self._xml.origin
        for place, first, end in self._xml.merged():
            column, last = place - left, min(end, top + self.cells.height)
            if 0 <= column < self.cells.width and top < first < last:
                self.merged.setdefault(column, []).append((first, last))
        filled = []
        for column, ranges in self.merged.items():
            cells = self.cells.to_series(column).to_list()
            for first, last in set(ranges):
                cells[first - top : last - top] = [cells[first - top - 1]] * (last - first)
            filled.append(pl.Series(self.cells.columns[column], cells, pl.String))
        self.cells = self.cells.with_columns(filled)

    def line_of(self, row: int) -> int:
        return self._xml.origin[0] + row + 1

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
        """Those of the (line, column) places whose cell is a number."""
        left = self._xml.origin[1]
        numbers = self._xml.numbers_among([(line, left + column) for line, column in places])
        return {(line, column - left) for line, column in numbers}
