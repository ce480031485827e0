"""Who may come in, and where: decided from what the contest knows, without touching a database."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from services.shared.beijing import BEIJING, said
from services.shared.handles import handle_key
from services.shared.problems import Problem
from services.shared.vocabulary import Eligibility, EntryWay, Platform

AccountKey = tuple[Platform, str]


class Spot(NamedTuple):
    """Where somebody stands: the city, the division, and the way they came in."""

    city_id: UUID
    division_id: UUID
    entry_way: EntryWay


def moved(before: Spot, after: Spot) -> dict[str, tuple[str, str]]:
    """What of somebody's spot changed, as it is recorded."""
    pairs = {
        "city": (str(before.city_id), str(after.city_id)),
        "division": (str(before.division_id), str(after.division_id)),
        "entry_way": (before.entry_way.value, after.entry_way.value),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is told of a person; ID number, phone and handle have been checked."""

    name: str
    id_number: str
    phone: str
    platform: Platform
    handle: str
    followers: int | None = None
    experience: str = ""
    remark: str = ""

    @property
    def account(self) -> AccountKey:
        """The account as accounts are found by."""
        return self.platform, handle_key(self.handle)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the contest knows; the phone in the clear, for comparing."""

    id: UUID
    number: int
    spot: Spot
    eligibility: Eligibility
    withdrawn: bool
    once_approved: bool  # from then on the account stays
    account: AccountKey
    name: str
    phone: str
    followers: int | None
    experience: str
    remark: str

    @property
    def holds_place(self) -> bool:
        """Whether they count towards quota and cap."""
        return not self.withdrawn and self.eligibility is not Eligibility.REJECTED


@dataclass(frozen=True, slots=True)
class Window:
    """When people may come in by one way: [opens_at, closes_at), not at all while the opening is to be announced."""

    opens_at: datetime | None
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Division:
    """A division, and the ways it takes people."""

    id: UUID
    name: str
    entry_ways: frozenset[EntryWay]


@dataclass(frozen=True, slots=True)
class Room:
    """Places and how many hold one: of the city in the division (recommended people), and of the whole division.

    No `quota` or `cap` = no limit.
    """

    quota: int | None
    quota_taken: int
    cap: int | None
    cap_taken: int

    @property
    def quota_left(self) -> int | None:
        """How many more people the city may recommend."""
        return None if self.quota is None else max(0, self.quota - self.quota_taken)

    @property
    def cap_left(self) -> int | None:
        """How many more people the division takes, whatever their way."""
        return None if self.cap is None else max(0, self.cap - self.cap_taken)

    def problem(self, way: EntryWay) -> Problem | None:
        """Why nobody more fits in."""
        if way is EntryWay.RECOMMENDED and self.quota_left == 0:
            return Problem("QUOTA_FULL", {"places": self.quota or 0})
        if self.cap_left == 0:
            return Problem("CAP_FULL", {"cap": self.cap or 0})
        return None


@dataclass(frozen=True, slots=True)
class Known:
    """What the contest knows when somebody wants to come in.

    `person` has the ID number, `account_holder` the account (or an alias of it, asked for or approved).
    """

    now: datetime
    window: Window | None
    division: Division
    list_locked: bool
    person: Person | None
    account_holder: UUID | None
    room: Room
    list_reopened: bool = False  # for the city of the spot the time of recommendations goes on until it submits again


class Outcome(Enum):
    """How somebody comes in, or does not."""

    NEW = "new"
    REVIVED = "revived"  # they had withdrawn: the same row, the same number
    REFUSED = "refused"
    DOUBLED = "doubled"  # they are in elsewhere: refused, and kept for the organiser to decide


class Verdict(NamedTuple):
    """A refused entry has its problem."""

    outcome: Outcome
    problem: Problem | None = None


def judge(account: AccountKey, spot: Spot, known: Known) -> Verdict:
    """Whether somebody may come in at that spot."""
    closed = closed_because(spot, known)
    if closed is not None:
        return Verdict(Outcome.REFUSED, closed)
    person = known.person
    if person is not None and not person.withdrawn:
        elsewhere = person.spot != spot
        return Verdict(Outcome.DOUBLED if elsewhere else Outcome.REFUSED, Problem("ID_NUMBER_REGISTERED"))
    refused = _kept_out(person, known.account_holder) or known.room.problem(spot.entry_way)
    if refused is not None:
        return Verdict(Outcome.REFUSED, refused)
    return Verdict(Outcome.NEW if person is None else Outcome.REVIVED)


def _kept_out(person: Person | None, account_holder: UUID | None) -> Problem | None:
    """Why somebody who is not in does not come in with this account, wherever it is."""
    if person is not None and person.eligibility is Eligibility.REJECTED:
        return Problem("PERSON_REJECTED")
    if person is not None and person.once_approved and account_holder != person.id:
        return Problem("ACCOUNT_FIXED")
    if account_holder is not None and (person is None or account_holder != person.id):
        return Problem("ACCOUNT_REGISTERED")
    return None


def closed_because(spot: Spot, known: Known) -> Problem | None:
    """Why nobody at all can come in at that spot now."""
    recommended = spot.entry_way is EntryWay.RECOMMENDED
    closed = division_problem(known.division, spot.entry_way)
    if closed is None and not (recommended and known.list_reopened):
        closed = window_problem(known.window, known.now)
    if closed is None and recommended and known.list_locked:
        return Problem("LIST_LOCKED")
    return closed


def division_problem(division: Division, way: EntryWay) -> Problem | None:
    """Why a division takes nobody by this way."""
    if way in division.entry_ways:
        return None
    recommended = way is EntryWay.RECOMMENDED
    code = "DIVISION_NOT_RECOMMENDED" if recommended else "DIVISION_NOT_SELF_REGISTERED"
    return Problem(code, {"division": division.name})


def window_problem(window: Window | None, now: datetime) -> Problem | None:
    """Why a way of coming in is closed."""
    if window is None:
        return Problem("ENTRY_NOT_PLANNED")
    if window.opens_at is None:
        return Problem("ENTRY_TO_BE_ANNOUNCED")
    if now < window.opens_at:
        return Problem("ENTRY_NOT_YET_OPEN", {"opens_at": f"{window.opens_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"})
    if now >= window.closes_at:
        return Problem("ENTRY_CLOSED", {"closed_at": said(window.closes_at)})
    return None
