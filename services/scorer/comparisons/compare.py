"""Two results of a round → who moved, by how much, who enters the proposed finalists and who leaves them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.shared.exact import ZERO, exactly
from services.shared.vocabulary import FinalistChange, Place


class Outcome(NamedTuple):
    """What one result says of somebody, without the way there."""

    total: Decimal
    rank: int
    city_rank: int
    division_rank: int
    place: Place | None  # among the proposed finalists


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody in both results; one side is None where they are in the other only."""

    contestant_id: UUID
    base: Outcome | None
    other: Outcome | None

    @property
    def ranks_up(self) -> int | None:
        """Places gained, below 0 for lost ones; None where there is nothing to compare."""
        return self.base.rank - self.other.rank if self.base and self.other else None

    @property
    def points_up(self) -> Decimal | None:
        """Points gained, below 0 for lost ones; None where there is nothing to compare."""
        if self.base is None or self.other is None:
            return None
        with exactly():
            return self.other.total - self.base.total

    @property
    def finalist_change(self) -> FinalistChange | None:
        """Only streamers are in: who is tied at the cut waits for a person."""
        before, after = (side is not None and side.place is Place.STREAMER for side in (self.base, self.other))
        if before == after:
            return None
        return FinalistChange.ENTERS if after else FinalistChange.LEAVES


def compare(base: Mapping[UUID, Outcome], other: Mapping[UUID, Outcome]) -> list[Change]:
    """Everybody of either result, the greatest change first: by places moved, then by points, then by rank.

    Whoever is in one of the two only comes before all others.
    """
    everybody = base.keys() | other.keys()
    return sorted((Change(who, base.get(who), other.get(who)) for who in everybody), key=_size)


def _size(change: Change) -> tuple[bool, int, Decimal, int, UUID]:
    ranks, points = change.ranks_up, change.points_up
    rank = min(side.rank for side in (change.base, change.other) if side)
    return ranks is not None, -abs(ranks or 0), -abs(points or ZERO), rank, change.contestant_id


@dataclass(frozen=True, slots=True)
class Moves:
    """How much a comparison finds, in numbers of people."""

    people: int
    up: int
    down: int
    enter: int
    leave: int
    only_base: int
    only_other: int
    most_ranks: int
    most_points: Decimal


def count_moves(changes: Iterable[Change]) -> Moves:
    """The summary of `compare`."""
    found = list(changes)
    ranks = [change.ranks_up or 0 for change in found]
    return Moves(
        people=len(found),
        up=sum(1 for each in ranks if each > 0),
        down=sum(1 for each in ranks if each < 0),
        enter=sum(1 for change in found if change.finalist_change is FinalistChange.ENTERS),
        leave=sum(1 for change in found if change.finalist_change is FinalistChange.LEAVES),
        only_base=sum(1 for change in found if change.other is None),
        only_other=sum(1 for change in found if change.base is None),
        most_ranks=max(map(abs, ranks), default=0),
        most_points=max((abs(change.points_up or ZERO) for change in found), default=ZERO),
    )
