"""Where the columns of a format stand in a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scorer.uploads.refused import Refused
from services.scorer.uploads.table import Table
from services.shared.formats.catalogue import Format
from services.shared.formats.section import Column, normalise


@dataclass(frozen=True, slots=True)
class Found:
    """Where a column of the format stands in the table, and the heading as the file writes it."""

    column: Column
    index: int
    heading: str

    @property
    def name(self) -> str:
        """The column's name in frames of cells and values."""
        return str(self.index)


@dataclass(frozen=True, slots=True)
class Located:
    """A table recognised as `kind`; `wanted` are the columns to be read, the first two among them."""

    table: Table
    heading: int
    headings: list[str | None]
    kind: Format
    found: list[Found]
    wanted: list[int]


def locate(table: Table, heading: int, kind: Format) -> Located:
    """Finds the columns of `kind` in head row `heading`. Raises Refused when one is there twice."""
    headings = table.head[heading]
    found = _find(headings, kind, table, heading)
    return Located(
        table, heading, headings, kind, found, sorted({*range(min(2, len(headings))), *(each.index for each in found)})
    )


def _find(headings: Sequence[str | None], kind: Format, table: Table, heading: int) -> list[Found]:
    names = [normalise(name) for name in headings]
    found = []
    for column in kind.columns:
        places = [index for index, name in enumerate(names) if name in column.names]
        if len(places) > 1:
            where = {"sheet": table.name or None, "line": table.line_of(heading)}
            raise Refused("HEADING_REPEATED", {"heading": column.heading}, **where)  # type: ignore[arg-type]
        found += [Found(column, index, (headings[index] or "").strip()) for index in places]
    return found
