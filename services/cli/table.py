"""Tables that fit the terminal: cells wrap, nothing is cut off, columns of lesser worth are left out when narrow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from services.cli.output import results

_GAP = 2  # between columns
_NARROWEST = 6  # that a wrapping column is made
_HEADING = 8  # a wider heading may fold
_PROSE = 40  # a wider cell is prose, for which no column is left out

Row = Sequence[str | Text]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how its cells stand.

    `spare`: left out where there is no room, the highest first; below 0 only where numbers would be torn; 0 never.
    `whole`: its cells are not wrapped; `number`: nor are they, and they stand to the right.
    """

    heading: str
    english: str = ""
    spare: int = 0
    whole: bool = False
    number: bool = False


@dataclass(slots=True)
class _Shown:
    column: Column
    place: int
    heading: str
    widest: int  # of its cells
    width: int

    @property
    def wanted(self) -> int:
        """What it should have before another column is left out: prose and long headings fold."""
        return min(max(self.widest, min(cell_len(self.heading), _HEADING)), _PROSE)

    @property
    def narrowest(self) -> int:
        """As narrow as it may become; a heading folds anywhere."""
        fixed = self.column.whole or self.column.number
        folded = min(cell_len(self.heading), 4)
        return max(self.widest, folded) if fixed else max(min(self.widest, _NARROWEST), folded)


def table(columns: Sequence[Column], rows: Iterable[Row | None], *, title: str | None = None) -> Table:
    """A table of rows with a cell for every column, shown or not; None draws a line."""
    given = list(rows)
    made = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0)
    )
    shown = _fitted(columns, [row for row in given if row is not None], results.width)
    for one in shown:
        stands: JustifyMethod = "right" if one.column.number else "left"
        made.add_column(one.heading, justify=stands, width=one.width, overflow="fold")
    for row in given:
        if row is None:
            made.add_section()
        else:
            made.add_row(*(_text(row[one.place]) for one in shown))
    return made


def _fitted(columns: Sequence[Column], rows: Sequence[Row], width: int) -> list[_Shown]:
    """The columns to show with their widths: in both languages if there is room, then without the spare ones."""
    shown = [_measured(column, place, rows, both=True) for place, column in enumerate(columns)]
    if _room(min(one.width, _PROSE) for one in shown) > width:
        shown = [_measured(column, place, rows, both=False) for place, column in enumerate(columns)]
    for spare in sorted({column.spare for column in columns} - {0}, reverse=True):
        if _room(one.wanted if spare > 0 else one.narrowest for one in shown) > width:
            shown = [one for one in shown if one.column.spare != spare]
    while _room(one.width for one in shown) > width:
        loose = [one for one in shown if one.width > one.narrowest]
        if not loose:
            break
        # Prose folds first, then headings that are wider than their cells, then cells.
        max(loose, key=lambda one: (one.width > _PROSE, one.width > one.widest, one.width)).width -= 1
    return shown


def _measured(column: Column, place: int, rows: Sequence[Row], *, both: bool) -> _Shown:
    heading = f"{column.heading} / {column.english}" if both and column.english else column.heading
    widest = max((_text(row[place]).cell_len for row in rows), default=0)
    return _Shown(column, place, heading, widest, max(widest, cell_len(heading)))


def _room(widths: Iterable[int]) -> int:
    """What columns of these widths take."""
    return sum(width + _GAP for width in widths)


def _text(cell: str | Text) -> Text:
    """Names and sentences as they are: square brackets in them are no markup."""
    return cell if isinstance(cell, Text) else Text(cell)
