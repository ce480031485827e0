"""A given list → the ID numbers on it, and for every line that is refused its reason.

Such a list comes from elsewhere (the 2020 training list) and has any columns: one of them is headed 身份证号. Pure: run
it in a child (`ParserPool.parse_given_list`). No problem ever holds an ID number.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.scorer.uploads.refused import Refused
from services.scorer.uploads.table import Table, tables
from services.shared.formats.section import normalise
from services.shared.personal_data import InvalidPersonalDataError, check_id_number
from services.shared.problems import Problem

_HEADINGS = ("身份证", "居民身份证", "公民身份", "证件号", "idnumber", "idcard", "id号")
_MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class GivenLine:
    """One person: the row as Excel shows it, and a checked ID number."""

    line: int
    id_number: str


@dataclass(frozen=True, slots=True)
class ParsedGivenList:
    """`lines` are the good ones, each person once; `refused` counts those with a problem."""

    lines: list[GivenLine] = field(default_factory=list)
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


def parse_given_list(path: Path, name: str) -> ParsedGivenList:
    """Reads the file at `path`; `name` decides nothing. Without any person it has a problem and no lines."""
    lines: dict[str, int] = {}
    refused: list[Problem] = []
    headed = False
    try:
        for table in tables(path, lambda row: _column(row) is not None):
            found = next(
                ((row, at) for row, cells in enumerate(table.head) if (at := _column(cells)) is not None), None
            )
            if found is not None:
                headed = True
                _read(table, *found, lines=lines, refused=refused)
    except Refused as error:
        return ParsedGivenList(problems=[error.problem])
    if not headed:
        return ParsedGivenList(problems=[Problem("GIVEN_LIST_WITHOUT_ID_NUMBERS")])
    if not lines and not refused:
        return ParsedGivenList(problems=[Problem("GIVEN_LIST_EMPTY")])
    people = [GivenLine(line, id_number) for id_number, line in lines.items()]
    return ParsedGivenList(people, len(refused), refused[:_MOST_PROBLEMS])


def _column(cells: Sequence[str | None]) -> int | None:
    """The place of the column with ID numbers in a row of headings."""
    headings = [normalise(cell).casefold().replace(" ", "").replace("_", "") for cell in cells]
    return next((place for place, heading in enumerate(headings) if heading.startswith(_HEADINGS)), None)


def _read(table: Table, row: int, column: int, *, lines: dict[str, int], refused: list[Problem]) -> None:
    heading = (table.head[row][column] or "").strip()
    for cells in table.rows_after(row, len(table.head[row]), [column]).iter_rows(named=True):
        text = unicodedata.normalize("NFKC", cells[str(column)] or "").strip().lstrip("'‘’").strip()
        if not text:
            continue
        line: int = cells["line"]
        try:
            if len(text) > 15 and table.stored_as_numbers([(line, column)]):
                raise InvalidPersonalDataError("ID_NUMBER_LOST_DIGITS")
            lines.setdefault(check_id_number(text), line)
        except InvalidPersonalDataError as error:
            refused.append(Problem(error.code, {}, table.name or None, line, heading))
