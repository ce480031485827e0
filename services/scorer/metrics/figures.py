"""The figures of one contestant that a run measures: what `store.py` reads and `measure.py` takes.

Only what is in force for the run is here: of several exports that tell of one work the one that counts, works and
sessions inside the round's window `[opens_at, closes_at)`, days inside it by the Beijing calendar, public works only.
Counts and sums that a file did not hold are None, never 0. Days are Beijing calendar days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.shared.file_vocabulary import AccountMeasure, Source
from services.shared.vocabulary import PenaltyKind, Platform


class Work(NamedTuple):
    """One published video or picture post; ratios are fractions 0-1."""

    published_at: datetime
    day: date
    plays: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    favourites: int | None
    completion_rate: Decimal | None
    profile_visits: int | None
    follower_gain: int | None


class AccountDay(NamedTuple):
    """One measure of an account on one day."""

    day: date
    measure: AccountMeasure
    value: Decimal


class LiveSession(NamedTuple):
    """One broadcast; the day is that of its start; money in yuan."""

    started_at: datetime
    day: date
    minutes: Decimal | None
    viewers: int | None
    views: int | None
    gross_sales: Decimal | None
    paid_sales: Decimal | None
    net_sales: Decimal | None
    orders: int | None
    buyers: int | None
    promotion_spend: Decimal | None


class OrderDay(NamedTuple):
    """The base sums of one day's paid order lines, or of those of featured products; money in yuan."""

    day: date
    orders: int
    gross_sales: Decimal
    refunds: Decimal


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
    covered: frozenset[Source] = frozenset()  # sources that at least one upload in force speaks of
    covered_measures: frozenset[AccountMeasure] = frozenset()  # of account days, likewise
    works: Sequence[Work] = ()
    account_days: Sequence[AccountDay] = ()
    live_sessions: Sequence[LiveSession] = ()
    order_days: Sequence[OrderDay] = ()
    featured_days: Sequence[OrderDay] = ()  # the part of order_days that featured products have
    marks: Sequence[Mark] = ()
    penalties: Sequence[Penalty] = ()
    earlier: Mapping[str, Earlier] = field(default_factory=dict)  # by the round's key


@dataclass(frozen=True, slots=True)
class Window:
    """The round's window, half open, both ends in Beijing time."""

    opens_at: datetime
    closes_at: datetime
