"""Bytes → tables of text cells, whatever the container and the encoding."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import polars as pl

from services.scorer.uploads.container import Container, check_workbook, sniff
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.text import Text
from services.scorer.uploads.workbook import Workbook


class Table(Protocol):
    """One sheet, or the one table of a text file. `head` holds its first rows; lines are as Excel shows them."""

    @property
    def name(self) -> str:
        """The sheet's name; empty for a text file."""

    @property
    def head(self) -> list[list[str | None]]: ...

    @property
    def too_long(self) -> Mapping[int, int]:
        """After `rows_after`: lines with more cells than headings, by line; which cell is which nobody knows there."""

    def longer_than_most(self, lines: Iterable[int]) -> Mapping[int, int]:
        """Those of the lines that have more cells than most, with how many; none in a sheet."""

    @property
    def merged(self) -> Mapping[int, Sequence[tuple[int, int]]]:
        """By column, the first and last lines over which one cell stretches; each of these lines holds its value."""

    def rows_after(self, heading: int, width: int, wanted: list[int]) -> pl.DataFrame:
        """What stands under head row `heading`, `width` cells wide: `line` and the `wanted` columns, named `0`, `1`…"""

    def batches(self, heading: int, width: int, wanted: list[int]) -> Iterator[pl.DataFrame]:
        """The same, one part after the other, of which only one need lie in memory; one at least."""

    def line_of(self, row: int) -> int:
        """The line number of a head row."""

    def stored_as_numbers(self, places: list[tuple[int, int]]) -> set[tuple[int, int]]:
        """Those of the (line, column) places whose cell is a number and not text; none in a text file."""


def tables(path: Path, known: Callable[[Sequence[str | None]], bool]) -> Iterator[Table]:
    """The tables of a file, one at a time and without the empty ones. Raises Refused for what cannot be read.

    `known` says of a row whether it is one of headings that we know, by which the delimiter of a text file is found.
    """
    container = sniff(path)
    if container is Container.ARCHIVE:
        raise Refused("FILE_IS_ARCHIVE")
    if container is Container.XLSX:
        yield from Workbook(path, check_workbook(path)).sheets()
    else:
        text = Text.read(path, known)
        if any(cell and cell.strip() for row in text.head for cell in row):
            yield text
