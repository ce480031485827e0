"""The lists of a revision as tables of words and numbers, whatever document they go into. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from services.shared.exact import plain
from services.shared.publications.snapshot import PublishedStanding, Snapshot
from services.shared.vocabulary import Place, PublicationStage
from services.shared.words import LIST_MARKS, Language, put

Cell = str | int | Decimal
_TURNS = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))  # let a line read otherwise than it is
_UNREADABLE = dict.fromkeys((*range(0x20), 0x7F, *_TURNS, 0xFFFE, 0xFFFF))
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class Kind(Enum):
    """How the cells of a column stand."""

    TEXT = "text"
    COUNT = "count"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """A list with its title. `city`: the column by which it is printed city by city, in the order of `cities`."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    city: int | None = None
    cities: tuple[str, ...] = ()

    def by_city(self, language: Language) -> tuple["Table", ...]:
        """One table for each city that somebody is of; itself where it is not printed so."""
        if self.city is None:
            return (self,)
        at = self.city
        people: dict[str, list[tuple[Cell, ...]]] = {city: [] for city in self.cities}
        for row in self.rows:
            people.setdefault(str(row[at]), []).append(row[:at] + row[at + 1 :])
        columns = self.columns[:at] + self.columns[at + 1 :]
        return tuple(
            Table(put("PAPER_OF_CITY", {"city": legible(city), "people": len(rows)}, language), columns, rows)
            for city, rows in people.items()
            if rows
        )


def computed(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula."""
    return text.startswith(_FORMULA_SIGNS)


def legible(text: str) -> str:
    """Without what nobody can read and XML does not take: a roster may bring control characters into a name."""
    return text.translate(_UNREADABLE)


def written(cell: Cell) -> str:
    """A cell as people read it."""
    return plain(cell) if isinstance(cell, Decimal) else legible(str(cell))


_Line = Callable[[PublishedStanding], Cell]


@dataclass(frozen=True, slots=True)
class Lists:
    """Makes the tables of one revision in one language."""

    snapshot: Snapshot
    language: Language

    def results(self) -> Table:
        """Everybody, in the order of the list."""
        parts = self._person()
        for index, item in enumerate(self.snapshot.items):
            parts.append((Column(legible(item.title), Kind.POINTS), _points(index)))
        parts.append((self._column("COLUMN_TOTAL", Kind.POINTS), lambda line: line.total))
        parts.append((self._column("COLUMN_REMARK"), self._remark))
        return self._of_people("TABLE_RESULTS", parts, self.snapshot.standings)

    def finalists(self) -> Table | None:
        """Who is in the final, or proposed for it, with the reserves; None where nobody is."""
        people = [line for line in self.snapshot.standings if line.finalist is not None]
        if not people:
            return None
        parts = self._person()
        parts.append((self._column("COLUMN_TOTAL", Kind.POINTS), lambda line: line.total))
        parts.append((self._column("COLUMN_PLACE"), self._place))
        order = list(Place)
        people.sort(key=lambda line: order.index(line.finalist or Place.RESERVE))
        return self._of_people(self._either("TABLE_FINALISTS_PROPOSED", "TABLE_FINALISTS"), parts, people)

    def awards(self) -> Table | None:
        """Who has which award; None where there are none."""
        columns = (
            self._column("COLUMN_AWARD"),
            self._column("COLUMN_NUMBER"),
            self._column("COLUMN_NAME"),
            self._column("COLUMN_CITY"),
        )
        rows = [
            (award.title, "" if winner.number is None else str(winner.number), winner.name or "", winner.city)
            for award in self.snapshot.awards
            for winner in award.winners
        ]
        return Table(self._put(self._either("TABLE_AWARDS_PROPOSED", "TABLE_AWARDS")), columns, rows) if rows else None

    def teams(self) -> Table | None:
        """The cities' teams; None where the round ranks none."""
        columns = (
            self._column("COLUMN_RANK", Kind.COUNT),
            self._column("COLUMN_CITY"),
            self._column("COLUMN_TOTAL", Kind.POINTS),
            self._column("COLUMN_MEMBERS"),
            self._column("COLUMN_REMARK"),
        )
        mark = LIST_MARKS[self.language]
        rows = [
            (team.rank, team.city, team.total, mark.join(map(str, team.members)), mark.join(team.awards))
            for team in self.snapshot.teams
        ]
        return Table(self._put("TABLE_TEAMS"), columns, rows) if rows else None

    def _person(self) -> list[tuple[Column, _Line]]:
        """The columns that say who somebody is and where they stand; divisions where they are published."""
        parts: list[tuple[Column, _Line]] = [
            (self._column("COLUMN_RANK", Kind.COUNT), lambda line: line.rank),
            (self._column("COLUMN_CITY_RANK", Kind.COUNT), lambda line: line.city_rank),
        ]
        divisions = self.snapshot.shows_divisions
        if divisions:
            parts.append((self._column("COLUMN_DIVISION_RANK", Kind.COUNT), lambda line: line.division_rank or ""))
        parts.append((self._column("COLUMN_NUMBER", Kind.COUNT), lambda line: line.number))
        parts.append((self._column("COLUMN_NAME"), lambda line: line.name))
        parts.append((self._column("COLUMN_CITY"), lambda line: line.city))
        if divisions:
            parts.append((self._column("COLUMN_DIVISION"), lambda line: line.division or ""))
        parts.append((self._column("COLUMN_ACCOUNT"), self._account))
        return parts

    def _of_people(
        self, code: str, parts: Sequence[tuple[Column, _Line]], people: Sequence[PublishedStanding]
    ) -> Table:
        columns = tuple(column for column, _ in parts)
        rows = [tuple(cell(line) for _, cell in parts) for line in people]
        return Table(self._put(code), columns, rows, columns.index(self._column("COLUMN_CITY")), self.snapshot.cities)

    def _account(self, line: PublishedStanding) -> str:
        return f"{self._put(line.platform)} {line.account}"

    def _remark(self, line: PublishedStanding) -> str:
        marks = [self._put("REMARK_VOID")] if line.void else []
        return LIST_MARKS[self.language].join(filter(None, [*marks, self._place(line), *line.awards]))

    def _place(self, line: PublishedStanding) -> str:
        match line.finalist:
            case Place.STREAMER:
                return self._put(self._either("REMARK_STREAMER_PROPOSED", "REMARK_STREAMER"))
            case Place.TIED:
                return self._put("REMARK_TIED")
            case Place.RESERVE:
                return self._put("REMARK_RESERVE")
            case None:
                return ""

    def _either(self, proposed: str, final: str) -> str:
        """What is not yet for good is only proposed."""
        return proposed if self.snapshot.stage is PublicationStage.PROPOSED else final

    def _column(self, code: str, kind: Kind = Kind.TEXT) -> Column:
        return Column(self._put(code), kind)

    def _put(self, code: str) -> str:
        return put(code, {}, self.language)


def _points(index: int) -> _Line:
    return lambda line: line.points[index]
