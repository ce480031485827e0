"""Ids of which Excel kept 15 digits because they were stored as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from services.scorer.uploads.columns import Reading
from services.scorer.uploads.findings import MOST_LISTED
from services.scorer.uploads.located import Found
from services.scorer.uploads.table import Table

IDS = frozenset({"id", "ids"})
_LONG = r"^\d{16,}$"
_CUT = r"^\d{15}0+$"


@dataclass(slots=True)
class CutIds:
    """The ids of one column of a text file that end in zeros after 15 digits. In text nothing says what a cell was; but
    if most of the `long` ids are cut, Excel wrote the file."""

    found: Found
    long: int = 0
    lines: list[pl.Series] = field(default_factory=list)
    listed: list[tuple[int, str]] = field(default_factory=list)

    @property
    def are_most(self) -> bool:
        return sum(map(len, self.lines)) * 2 > self.long

    def gather(self, cells: pl.DataFrame, ids: pl.Series) -> None:
        self.long += int(ids.str.contains(_LONG).sum())
        cut = cells.select("line", self.found.name).filter(ids.str.contains(_CUT).fill_null(value=False))
        self.lines.append(cut["line"])
        self.listed += cut.head(MOST_LISTED - len(self.listed)).rows()


def stored_as_numbers(table: Table, cells: pl.DataFrame, found: Sequence[Found], reading: Reading) -> pl.DataFrame:
    """The codes of a sheet's cells, with those of ids that its XML holds as numbers: floating-point ones, so only what
    such a number can be is looked up."""
    ids = [each for each in found if each.column.style in IDS]
    if not ids or not reading.values.height:
        return reading.codes
    suspicious = reading.values.select(_could_be_number(each.name) for each in ids)
    places = [(line, each.index) for each in ids for line in cells["line"].filter(suspicious[each.name])]
    numbers = table.stored_as_numbers(places) if places else set()
    lost = {
        index: cells["line"].is_in([line for line, column in numbers if column == index])
        for index in sorted({column for _, column in numbers})
    }
    return reading.codes.with_columns(
        reading.codes[str(index)].set(here, "ID_LOST_DIGITS") for index, here in lost.items()
    )


def _could_be_number(name: str) -> pl.Expr:
    """Whether an id of more than 15 digits is one that a floating-point number holds exactly."""
    digits = pl.when(pl.col(name).str.contains(_LONG)).then(pl.col(name))
    exact = digits.cast(pl.Float64).cast(pl.Int128, strict=False) == digits.cast(pl.Int128, strict=False)
    return exact.fill_null(value=False).alias(name)
