"""A city's recommendation table (推荐表) → the people on it, and for every line that is refused its reason.

One table per file, of one city and one division. Above it stand 推荐单位, 联系人 and 参赛组别; its first row is an
example (`*示例`), not a person. Pure: a path in, values out; run it in a child (`ParserPool.parse_roster`). No problem
ever holds an ID number or a phone number.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.scorer.rosters.heading import Heading, find_heading
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.table import Table, tables
from services.scorer.uploads.values import BadCell, number
from services.shared.handles import read_account
from services.shared.personal_data import InvalidPersonalDataError, check_id_number, check_phone
from services.shared.problems import Problem
from services.shared.vocabulary import Platform

_PLATFORM_NAME = re.compile(r"抖音|快手|douyin|kuaishou", re.IGNORECASE)
_MASKED = re.compile(r"\d\*{3,}\w")  # as `city export` hides the middle of a number
_NOTHING = {"", "-", "--", "—", "/", "无", "暂无", "N/A"}


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One recommended person, checked: an 18-digit ID number, an 11-digit phone, one account.

    `line` is the row as Excel shows it, `number` the 序号 as written; `city` is empty when the cell is. `followers` is
    what the person claims, None if nothing is.
    """

    line: int
    number: str
    city: str
    name: str
    id_number: str
    phone: str
    platform: Platform
    handle: str
    followers: int | None
    experience: str
    remark: str


@dataclass(frozen=True, slots=True)
class ParsedRoster:
    """`lines` are the good ones only; `read` counts the people on the table, `refused` those with a problem."""

    city_text: str = ""
    division_text: str = ""
    contact: str = ""
    lines: list[RosterLine] = field(default_factory=list)
    read: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


def parse_roster(path: Path, name: str) -> ParsedRoster:
    """Reads the file at `path`; `name` decides nothing. A file that is no roster has one problem and no lines."""
    try:
        table, heading = _only_table(path)
    except Refused as refused:
        return ParsedRoster(problems=[refused.problem])
    reading = _Reading(table, heading)
    people = reading.people()
    masked = sum(any(_MASKED.search(cells[to]) for to in ("id_number", "phone")) for _, cells in people)
    if masked:
        problem = Problem("ROSTER_MASKED", {"count": masked}, table.name or None)
        return ParsedRoster(heading.city, heading.division, heading.contact, problems=[problem])
    for position, cells in enumerate(people):
        reading.take(position, cells)
    return reading.result()


def _only_table(path: Path) -> tuple[Table, Heading]:
    found: list[tuple[Table, Heading]] = []
    lacking: list[str] = []
    for table in tables(path, lambda row: isinstance(find_heading([row]), Heading)):
        heading = find_heading(table.head)
        if isinstance(heading, Heading):
            found.append((table, heading))
        elif not lacking or len(heading) < len(lacking):
            lacking = heading
    if len(found) > 1:
        raise Refused("ROSTER_SEVERAL_TABLES", sheet=found[1][0].name)
    if not found:
        raise Refused("ROSTER_HEADINGS_MISSING", {"missing": "、".join(lacking)})
    return found[0]


class _Reading:
    """One table as it is read, line by line."""

    def __init__(self, table: Table, heading: Heading) -> None:
        self.table, self.heading = table, heading
        self.lines: list[RosterLine] = []
        self.read = 0
        self.problems: list[Problem] = []
        self._people: dict[str, int] = {}
        self._accounts: dict[tuple[Platform, str], int] = {}
        for code, value in (("ROSTER_NO_CITY", heading.city), ("ROSTER_NO_DIVISION", heading.division)):
            if not value:
                self.problems.append(Problem(code, sheet=table.name or None))

    def people(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """The lines that name somebody, as (line, cells by column): no example, no footnote, no empty line."""
        wanted = sorted(set(self.heading.columns.values()))
        frame = self.table.rows_after(self.heading.row, self.heading.width, wanted)
        people = []
        for row in frame.iter_rows(named=True):
            cells = {to: (row[str(index)] or "").strip() for to, index in self.heading.columns.items()}
            example = any("示例" in cells.get(to, "") for to in ("number", "city", "name"))
            if not example and any(cells[to] for to in ("name", "id_number", "phone", "account")):
                people.append((row["line"], cells))
        return people

    def take(self, position: int, person: tuple[int, Mapping[str, str]]) -> None:
        """Checks one person's line; everything wrong with it is named, not only the first thing."""
        line, cells = person
        self.read = position + 1
        before = len(self.problems)
        if not cells["name"]:
            self._refuse("ROSTER_CELL_MISSING", line, "name")
        id_number = self._id_number(line, cells["id_number"])
        phone = self._phone(line, cells["phone"])
        account = self._account(line, cells["account"])
        followers = self._followers(line, cells.get("followers", ""))
        if len(self.problems) == before and account and id_number and phone:
            self._once("ROSTER_PERSON_TWICE", line, "id_number", self._people.setdefault(id_number, line))
            key = (account[0], account[1].casefold())
            self._once("ROSTER_ACCOUNT_TWICE", line, "account", self._accounts.setdefault(key, line))
        if len(self.problems) == before and account and id_number and phone:
            told = {to: cells.get(to, "") for to in ("number", "city", "name", "experience", "remark")}
            self.lines.append(
                RosterLine(line=line, id_number=id_number, phone=phone, platform=account[0], handle=account[1],
                           followers=followers, **told)
            )  # fmt: skip

    def result(self) -> ParsedRoster:
        if not self.read:
            self.problems.append(Problem("ROSTER_EMPTY", sheet=self.table.name or None))
        return ParsedRoster(
            city_text=self.heading.city,
            division_text=self.heading.division,
            contact=self.heading.contact,
            lines=self.lines,
            read=self.read,
            refused=self.read - len(self.lines),
            problems=self.problems,
        )

    def _refuse(self, code: str, line: int, column: str, parameters: dict[str, str | int] | None = None) -> None:
        name = self.heading.names.get(column)
        self.problems.append(Problem(code, parameters or {}, self.table.name or None, line, name))

    def _once(self, code: str, line: int, column: str, first_line: int) -> None:
        if first_line != line:
            self._refuse(code, line, column, {"first_line": first_line})

    def _id_number(self, line: int, text: str) -> str | None:
        if len(text) > 15 and self.table.stored_as_numbers([(line, self.heading.columns["id_number"])]):
            self._refuse("ID_NUMBER_LOST_DIGITS", line, "id_number")
            return None
        return self._checked(line, "id_number", text)

    def _phone(self, line: int, text: str) -> str | None:
        return self._checked(line, "phone", re.sub(r"\.0$", "", text))

    def _checked(self, line: int, column: str, text: str) -> str | None:
        plain = unicodedata.normalize("NFKC", text).strip().lstrip("'‘’").strip()
        if not plain:
            self._refuse("ROSTER_CELL_MISSING", line, column)
            return None
        try:
            return check_id_number(plain) if column == "id_number" else check_phone(plain)
        except InvalidPersonalDataError as error:
            self._refuse(error.code, line, column)
            return None

    def _account(self, line: int, text: str) -> tuple[Platform, str] | None:
        plain = unicodedata.normalize("NFKC", text).strip()
        if not plain:
            self._refuse("ROSTER_CELL_MISSING", line, "account")
        elif account := read_account(plain):
            return account
        elif len(_PLATFORM_NAME.findall(plain)) > 1:
            self._refuse("ROSTER_ACCOUNT_TWO", line, "account")
        else:
            self._refuse("ROSTER_ACCOUNT_NOT_UNDERSTOOD", line, "account")
        return None

    def _followers(self, line: int, text: str) -> int | None:
        plain = re.sub(
            r"^(约|大约|近|超|超过)|[+余多人粉丝个]+$", "", unicodedata.normalize("NFKC", text).strip()
        ).strip()
        if plain in _NOTHING:
            return None
        try:
            value = number(plain)
        except BadCell:
            value = None
        if value is None or value < 0:
            self._refuse("ROSTER_FOLLOWERS_NOT_UNDERSTOOD", line, "followers", {"value": text[:40]})
            return None
        return int(value)
