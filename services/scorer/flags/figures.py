"""What flags are found in: for one round, the figures in force of the contestants that are looked at.

Only what lies in the round's window and was exported in its span is here, so nothing is flagged that does not count.
A figure that a file did not hold is None, never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID


class Place(NamedTuple):
    """A row of a file."""

    upload_id: UUID
    sheet: str
    line: int


class Counts(NamedTuple):
    """A work as one export tells of it."""

    exported_at: datetime
    plays: int
    likes: int | None
    comments: int | None
    shares: int | None
    favourites: int | None
    place: Place

    @property
    def engagement(self) -> int | None:
        """None unless all four are known: what is missing would look like nobody cared."""
        parts = (self.likes, self.comments, self.shares, self.favourites)
        return None if None in parts else sum(part for part in parts if part is not None)


class WorkStep(NamedTuple):
    """A work from one export to the next one that tells its plays; `before` is none for the first. Where no file says
    the second (`ordinal` below 0) it is the work of that minute which is `called` so."""

    contestant_id: UUID
    published_at: datetime
    ordinal: int
    called: str
    before: Counts | None
    after: Counts


class Session(NamedTuple):
    """A live session as the export tells of it that counts."""

    contestant_id: UUID
    started_at: datetime
    viewers: int
    orders: int
    place: Place


class ViewersStep(NamedTuple):
    """A live session's viewers from one export to the next."""

    contestant_id: UUID
    started_at: datetime
    before: int
    after: int
    exported_before: datetime
    exported_after: datetime
    places: tuple[Place, Place]


class OrderSums(NamedTuple):
    """A contestant's paid order lines: how many there are and were refunded; of those that may have been sold live, in
    the time that files of sessions speak of, how many, and how many of them outside every session."""

    contestant_id: UUID
    lines: int
    refunded: int
    amount: Decimal
    refunded_amount: Decimal
    comparable: int
    outside: int


class SameWork(NamedTuple):
    """A work that two contestants' files tell of with the same title, time and figures."""

    contestant_id: UUID
    other_id: UUID
    published_at: datetime
    places: tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that is looked at for one round."""

    work_rises: Sequence[WorkStep] = ()  # among exports that tell all counts
    work_falls: Sequence[WorkStep] = ()
    sessions: Sequence[Session] = ()
    viewers_steps: Sequence[ViewersStep] = ()
    order_sums: Sequence[OrderSums] = ()
    same_works: Sequence[SameWork] = ()
