"""The figures of one contestant that a run measures: what `store.py` reads and `measure.py` takes.

Only what is in force for the run is here: of several exports that tell of one work the one that counts, works and
sessions inside the round's window `[opens_at, closes_at)`, days inside it by the Beijing calendar, public works only.
Works, sessions and days come as columns, a figure of all of them each, in no order but the same one: ten million facts
are added up as numbers, never made into objects. Counts and sums that a file did not hold are None, never 0.

Money is in cents (分), ratios are in millionths, minutes in hundredths; a day is the number of a Beijing calendar day.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.shared.file_vocabulary import AccountMeasure, Source
from services.shared.vocabulary import PenaltyKind, Platform

Column = Sequence[int | None]
CENTS = 100
HUNDREDTHS = 100
MILLIONTHS = 1_000_000


def day_number(day: date) -> int:
    """Days since the first of the calendar, which was a Monday."""
    return day.toordinal() - 1


def day_of(number: int) -> date:
    return date.fromordinal(number + 1)


class Works(NamedTuple):
    """Published videos and picture posts."""

    day: Sequence[int] = ()
    plays: Column = ()
    likes: Column = ()
    comments: Column = ()
    shares: Column = ()
    favourites: Column = ()
    completion_rate: Column = ()
    profile_visits: Column = ()
    follower_gain: Column = ()


class AccountDays(NamedTuple):
    """One count of an account, day by day."""

    day: Sequence[int] = ()
    value: Sequence[int] = ()


class LiveSessions(NamedTuple):
    """Broadcasts; the day is that of the start."""

    day: Sequence[int] = ()
    minutes: Column = ()
    viewers: Column = ()
    views: Column = ()
    gross_sales: Column = ()
    paid_sales: Column = ()
    net_sales: Column = ()
    orders: Column = ()
    buyers: Column = ()
    promotion_spend: Column = ()


class OrderDays(NamedTuple):
    """The base sums of paid order lines, or of those of featured products, day by day."""

    day: Sequence[int] = ()
    orders: Sequence[int] = ()
    gross_sales: Sequence[int] = ()
    refunds: Sequence[int] = ()


class Mark(NamedTuple):
    """What one judge of a panel gave, summed up over the criteria; `judge` only tells judges apart."""

    panel: str
    judge: str
    points: Decimal


class Penalty(NamedTuple):
    """What a person decided against a result: on an item, or the whole (no item); points where they are taken off."""

    kind: PenaltyKind
    item: str | None
    points: Decimal | None


class Earlier(NamedTuple):
    """The result in an earlier round; whoever had no valid one there has none of these."""

    total: Decimal
    rank: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One contestant with everything a rule may ask of them."""

    contestant_id: UUID
    city_id: UUID
    division: str  # key
    platform: Platform
    handle: str  # normalised: with the platform, the contestant's place in the canonical result file
    approved_at: datetime | None
    covered: Set[Source] = frozenset()  # sources that at least one upload in force speaks of
    covered_measures: Set[AccountMeasure] = frozenset()  # of account days, likewise
    works: Works = field(default_factory=Works)
    account_days: Mapping[AccountMeasure, AccountDays] = field(default_factory=dict)
    live_sessions: LiveSessions = field(default_factory=LiveSessions)
    order_days: OrderDays = field(default_factory=OrderDays)
    featured_days: OrderDays = field(default_factory=OrderDays)  # the part of order_days that featured products have
    marks: Sequence[Mark] = ()
    penalties: Sequence[Penalty] = ()
    earlier: Mapping[str, Earlier] = field(default_factory=dict)  # by the round's key


@dataclass(frozen=True, slots=True)
class Window:
    """The round's window, half open, both ends in Beijing time."""

    opens_at: datetime
    closes_at: datetime
