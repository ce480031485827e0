"""What was stored of a file against what the file says: the rows that were changed, added or taken away since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import polars as pl

from services.scorer.uploads.facts import COLUMNS
from services.shared.file_vocabulary import Source

Row = Mapping[str, Any] | asyncpg.Record
_Place = tuple[str, int, str | None]  # sheet, line, and of account days the measure: a line holds several


class Fault(StrEnum):
    """What is wrong with a row, or with a whole file."""

    CHANGED = "CHANGED"
    ADDED = "ADDED"  # the file does not say it
    REMOVED = "REMOVED"
    UNREADABLE = "UNREADABLE"  # the file does not give what it gave
    ABSENT = "ABSENT"  # the file is not there to be compared with


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A row that is not as its file says; of a whole file, the file alone."""

    fault: Fault
    upload_id: UUID
    source: Source | None = None
    contestant_id: UUID | None = None
    sheet: str = ""
    line: int = 0
    column: str = ""
    stored: str = ""
    in_file: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says: all its rows, and those that its accounts give to somebody, with their contestants."""

    upload_id: UUID
    source: Source
    frame: pl.DataFrame
    owned: pl.DataFrame | None  # none: as the accounts are now, the file would be refused

    def rows(self) -> dict[_Place, dict[str, Any]]:
        return {_place(row): row for row in self.frame.iter_rows(named=True)}

    def owners(self) -> dict[_Place, UUID]:
        if self.owned is None:
            return {}
        return {_place(row): UUID(row["contestant_id"]) for row in self.owned.iter_rows(named=True)}


def compare(told: Told, stored: Iterable[Row]) -> Iterator[ChangedFact]:
    """The rows that were changed or added since the file was read."""
    rows, owners = told.rows(), told.owners()
    for row in stored:
        place, whose = _place(row), row["contestant_id"]
        said = rows.get(place)
        if said is None:
            yield _fault(Fault.ADDED, told, place, whose)
            continue
        column = next((name for name in COLUMNS[told.source] if name in said and said[name] != row[name]), None)
        if column is not None:
            yield _fault(Fault.CHANGED, told, place, whose, (column, row[column], said[column]))
        elif owners.get(place, whose) != whose:
            yield _fault(Fault.CHANGED, told, place, whose, ("contestant_id", whose, owners[place]))


def left_out(told: Told, stored: Iterable[Row], expected: Sequence[UUID]) -> Iterator[ChangedFact]:
    """Rows of contestants, all of whose rows were to be stored, that are not there."""
    there = {_place(row) for row in stored}
    for place, whose in told.owners().items():
        if whose in expected and place not in there:
            yield _fault(Fault.REMOVED, told, place, whose)


def _place(row: Row) -> _Place:
    return row["sheet"], row["line"], row.get("measure")


def _fault(
    fault: Fault, told: Told, place: _Place, whose: UUID, cell: tuple[str, object, object] = ("", "", "")
) -> ChangedFact:
    column, stored, in_file = cell
    return ChangedFact(fault, told.upload_id, told.source, whose, *place[:2], column, _said(stored), _said(in_file))


def _said(value: object) -> str:
    return "-" if value is None else str(value)
