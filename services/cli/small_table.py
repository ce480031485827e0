"""Small tables that people make in Excel or WPS: read as export files are, with the same hazards handled."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from services.cli.errors import CommandError, cause
from services.shared.words import put

if TYPE_CHECKING:
    from services.scorer.uploads.table import Table

Names = Sequence[str]  # of one column: what its heading may be


class Line(NamedTuple):
    """A line as Excel numbers it, with a text for each column."""

    number: int
    cells: Sequence[str]

    def at(self, place: int | None) -> str:
        """Nothing where there is no such column."""
        return "" if place is None else self.cells[place]


@dataclass(frozen=True)
class SmallTable:
    """What stands under a row of headings, without empty lines."""

    headings: Sequence[str]
    lines: Sequence[Line]

    def column(self, names: Names) -> int | None:
        """The place of the column of that name."""
        return _place(self.headings, names)


def read_small_table(path: Path, *needed: Names, ids: Names = ()) -> SmallTable:
    """What stands under the first row that has all the `needed` columns, of csv in any encoding or of any sheet.

    `ids` are long numbers, which must not have been rounded by Excel. Raises CommandError.
    """
    from services.scorer.uploads.refused import Refused  # noqa: PLC0415  takes long to load
    from services.scorer.uploads.table import tables  # noqa: PLC0415

    missing = [names[0] for names in needed]
    try:
        for table in tables(path, lambda row: not _missing(_texts(row), needed)):
            for place, row in enumerate(table.head):
                headings = _texts(row)
                missing = min(missing, _missing(headings, needed), key=len)
                if not missing:
                    return SmallTable(headings, _lines(path, table, place, _place(headings, ids)))
    except OSError as error:
        raise CommandError(f"无法读取 {path}（{cause(error)}）。 / It cannot be read.") from None
    except Refused as error:
        said = put(error.problem.code, error.problem.parameters)
        raise CommandError(f"无法读取 {path}：{said} / It cannot be read.") from None
    raise CommandError(f"{path} 缺少列：{'、'.join(missing)}。 / Columns are missing.")


def _lines(path: Path, table: "Table", heading: int, ids: int | None) -> list[Line]:
    width = len(table.head[heading])
    rows = table.rows_after(heading, width, list(range(width))).rows()
    for line, cells in table.too_long.items():
        raise CommandError(
            f"{path} 第 {line} 行有 {cells} 格，表头只有 {width} 格；数字里的逗号请加引号。 / Line {line} is too long."
        )
    lines = [Line(line, _texts(cells)) for line, *cells in rows if any(map(str.strip, filter(None, cells)))]
    long = [(line.number, ids) for line in lines if ids is not None and len(line.cells[ids]) > 15]
    for line, column in table.stored_as_numbers(long):
        name = table.head[heading][column]
        raise CommandError(
            f"{path} 第 {line} 行的{name}请设为文本格式：作为数字，Excel 只留 15 位。 / Long numbers lose digits."
        )
    return lines


def _texts(cells: Sequence[str | None]) -> list[str]:
    return [(cell or "").strip() for cell in cells]


def _missing(headings: Sequence[str], needed: Sequence[Names]) -> list[str]:
    return [names[0] for names in needed if _place(headings, names) is None]


def _place(headings: Sequence[str], names: Names) -> int | None:
    folded = list(map(_folded, headings))
    return next((folded.index(name) for name in map(_folded, names) if name in folded), None)


def _folded(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())
