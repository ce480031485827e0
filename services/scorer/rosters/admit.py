"""Which lines of a roster are taken, and as what: decided line by line, without touching a database."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from uuid import UUID

from services.scorer.rosters.parse import RosterLine
from services.shared.handles import handle_key
from services.shared.problems import Problem
from services.shared.vocabulary import Platform

AccountKey = tuple[Platform, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A city or division with everything it is called; the first name is the one to show."""

    id: UUID
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A contestant who is there already; phone in the clear, for comparing."""

    id: UUID
    city_id: UUID
    division_id: UUID
    account: AccountKey
    details: tuple[str, str, int | None, str, str]  # name, phone, followers, experience, remark


@dataclass(frozen=True, slots=True)
class Room:
    """How many more recommended people fit; none = no limit."""

    quota: int | None
    places_left: int | None
    cap: int | None
    cap_left: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the contest knows: people by ID number, accounts with their contestants, and the room that is left."""

    city: Place
    division: Place
    people: Mapping[str, Person]
    accounts: Mapping[AccountKey, UUID]
    room: Room
    cities: Sequence[Place]


@dataclass(slots=True)
class Admitted:
    """The lines by what happens to them; a refused one has its problem."""

    new: list[RosterLine] = field(default_factory=list)
    updated: list[tuple[Person, RosterLine]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def account_key(line: RosterLine) -> AccountKey:
    """The account of a line as accounts are found by."""
    return Platform(line.platform), handle_key(line.handle)


def details(line: RosterLine) -> tuple[str, str, int | None, str, str]:
    """What a roster may change about a person."""
    return line.name, line.phone, line.followers, line.experience, line.remark


def admit(lines: Iterable[RosterLine], known: Known) -> Admitted:
    """Decides on every line, in the file's order: the first ones fill the quota."""
    admitted = Admitted()
    taken = set(known.accounts)
    for line in lines:
        person = known.people.get(line.id_number)
        problem = _problem(line, person, known, taken) or (None if person else _no_room(line, known.room, admitted))
        if problem is not None:
            admitted.problems.append(problem)
        elif person is None:
            admitted.new.append(line)
            taken.add(account_key(line))
        elif person.details == details(line):
            admitted.unchanged += 1
        else:
            admitted.updated.append((person, line))
    return admitted


def _problem(line: RosterLine, person: Person | None, known: Known, taken: set[AccountKey]) -> Problem | None:
    """Why a line is refused, if it is."""
    if line.city and find_place(line.city, known.cities) != known.city:
        return Problem("ROSTER_CITY_DIFFERS", {"city": known.city.names[0]}, line=line.line)
    if person is None:
        if account_key(line) in taken:
            return Problem("ROSTER_ACCOUNT_TAKEN", {"handle": line.handle}, line=line.line)
        return None
    if (person.city_id, person.division_id) != (known.city.id, known.division.id):
        return Problem("ROSTER_PERSON_ELSEWHERE", line=line.line)
    if person.account != account_key(line):
        return Problem("ROSTER_ACCOUNT_FIXED", {"handle": line.handle}, line=line.line)
    return None


def _no_room(line: RosterLine, room: Room, admitted: Admitted) -> Problem | None:
    new = len(admitted.new)
    if room.places_left is not None and new >= room.places_left:
        return Problem("OVER_QUOTA", {"places": room.quota or 0}, line=line.line)
    if room.cap_left is not None and new >= room.cap_left:
        return Problem("OVER_CAP", {"cap": room.cap or 0}, line=line.line)
    return None


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
