"""Which lines of a roster are taken, and as what: decided line by line, without touching a database.

Who may come in is decided by `shared/registration/rules.py`, as for people who are entered one by one; what is added
here is what a table is about: its one city, lines that bring a known person up to date, and places that earlier lines
of the same file have taken.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from services.scorer.rosters.parse import RosterLine
from services.shared.problems import Problem
from services.shared.registration import rules
from services.shared.registration.rules import AccountKey, Division, Newcomer, Outcome, Person, Room, Spot, Window
from services.shared.vocabulary import Eligibility, SubmissionState

# Problems of lines that name somebody, or an account, that is entered already; and of those without a place.
DUPLICATES = frozenset({"ROSTER_PERSON_TWICE", "ROSTER_ACCOUNT_TWICE", "ROSTER_PERSON_ELSEWHERE", "ACCOUNT_REGISTERED"})
OVER_QUOTA = frozenset({"QUOTA_FULL", "CAP_FULL"})


@dataclass(frozen=True, slots=True)
class Place:
    """A city or division with everything it is called; the first name is the one to show."""

    id: UUID
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the contest knows: people by ID number, accounts with their contestants, and the room that is left."""

    now: datetime
    city: Place
    spot: Spot
    division: Division
    window: Window | None
    list_state: SubmissionState | None
    people: Mapping[str, Person]
    holders: Mapping[AccountKey, UUID]
    room: Room
    cities: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Update:
    """A known person whom a line brings up to date in these fields."""

    person: Person
    line: RosterLine
    fields: tuple[str, ...]


@dataclass(slots=True)
class Admitted:
    """The lines by what happens to them; a refused one has its problem."""

    new: list[RosterLine] = field(default_factory=list)
    revived: list[tuple[Person, RosterLine]] = field(default_factory=list)  # they had withdrawn
    updated: list[Update] = field(default_factory=list)
    unchanged: int = 0
    elsewhere: list[Person] = field(default_factory=list)  # refused; a person is to decide
    problems: list[Problem] = field(default_factory=list)

    @property
    def coming(self) -> int:
        """How many take a place that was free."""
        return len(self.new) + len(self.revived)


def newcomer(line: RosterLine) -> Newcomer:
    """What a line tells of a person."""
    return Newcomer(
        line.name, line.id_number, line.phone, line.platform, line.handle, line.followers, line.experience, line.remark
    )


def closed_because(known: Known) -> Problem | None:
    """Why the whole table cannot be taken now."""
    return rules.closed_because(known.spot, _facts(known, None, None, known.room))


def admit(lines: Iterable[RosterLine], known: Known) -> Admitted:
    """Decides on every line, in the file's order: the first ones fill the quota."""
    admitted = Admitted()
    taken: set[AccountKey] = set()
    for line in lines:
        person = known.people.get(line.id_number)
        if line.city and find_place(line.city, known.cities) != known.city:
            _refuse(admitted, line, Problem("ROSTER_CITY_DIFFERS", {"city": known.city.names[0]}))
        elif newcomer(line).account in taken:
            _refuse(admitted, line, Problem("ACCOUNT_REGISTERED"))
        elif person is not None and person.spot == known.spot and not person.withdrawn:
            _update(admitted, person, line, known)
        else:
            _enter(admitted, person, line, known)
        taken.add(newcomer(line).account)
    return admitted


def _refuse(admitted: Admitted, line: RosterLine, problem: Problem) -> None:
    admitted.problems.append(replace(problem, line=line.line))


def _enter(admitted: Admitted, person: Person | None, line: RosterLine, known: Known) -> None:
    room = replace(
        known.room,
        quota_taken=known.room.quota_taken + admitted.coming,
        cap_taken=known.room.cap_taken + admitted.coming,
    )
    account = newcomer(line).account
    verdict = rules.judge(account, known.spot, _facts(known, person, known.holders.get(account), room))
    if verdict.outcome is Outcome.NEW:
        admitted.new.append(line)
    elif verdict.outcome is Outcome.REVIVED and person is not None:
        admitted.revived.append((person, line))
    elif verdict.outcome is Outcome.DOUBLED and person is not None:
        admitted.elsewhere.append(person)
        _refuse(admitted, line, Problem("ROSTER_PERSON_ELSEWHERE"))
    elif verdict.problem is not None:
        _refuse(admitted, line, verdict.problem)


def _update(admitted: Admitted, person: Person, line: RosterLine, known: Known) -> None:
    told = newcomer(line)
    holder = known.holders.get(told.account, person.id)
    if person.eligibility is Eligibility.REJECTED:
        _refuse(admitted, line, Problem("PERSON_REJECTED"))
    elif holder != person.id:
        _refuse(admitted, line, Problem("ACCOUNT_REGISTERED"))
    elif person.once_approved and told.account not in known.holders:
        _refuse(admitted, line, Problem("ACCOUNT_FIXED"))
    elif person.eligibility is Eligibility.APPROVED and person.name != told.name:
        _refuse(admitted, line, Problem("NAME_FIXED"))
    elif fields := _changed(person, told, exchanged=told.account not in known.holders):
        admitted.updated.append(Update(person, line, fields))
    else:
        admitted.unchanged += 1


def _changed(person: Person, told: Newcomer, *, exchanged: bool) -> tuple[str, ...]:
    """The fields that a line changes; an alias of the account is no other account."""
    same = {
        "name": person.name == told.name,
        "phone": person.phone == told.phone,
        "account": not exchanged,
        "followers": person.followers == told.followers,
        "experience": person.experience == told.experience,
        "remark": person.remark == told.remark,
    }
    return tuple(name for name, unchanged in same.items() if not unchanged)


def _facts(known: Known, person: Person | None, holder: UUID | None, room: Room) -> rules.Known:
    locked, reopened = (known.list_state is state for state in SubmissionState)
    return rules.Known(known.now, known.window, known.division, locked, person, holder, room, reopened)


class _Named(Protocol):
    @property
    def names(self) -> tuple[str, ...]: ...


_P = TypeVar("_P", bound=_Named)


def find_place(text: str, places: Iterable[_P]) -> _P | None:
    """The place a text means: named exactly, or the one place named within it (`武汉市退役军人事务局`)."""
    wanted = _plain(text)
    named = [(place, _plain(name)) for place in places for name in place.names]
    exact = [place for place, name in named if name == wanted]
    if exact:
        return exact[0]
    within = [(len(name), place) for place, name in named if name and name in wanted]
    longest = max((length for length, _ in within), default=0)
    found = [place for length, place in within if length == longest]
    return found[0] if len({id(place) for place in found}) == 1 else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
