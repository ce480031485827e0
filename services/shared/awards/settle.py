"""What a run gives and what people decided of its ties → who has which award. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID


class Prize(NamedTuple):
    """Somebody who gets an award of a run, or is tied for it.

    contestant_id: none: the city's team
    seats:         so many of those tied for the award get it; none: it is theirs
    """

    award: str
    title: str
    city_id: UUID
    contestant_id: UUID | None
    place: int
    seats: int | None

    @property
    def winner(self) -> UUID:
        return self.contestant_id or self.city_id


class Settled(NamedTuple):
    """An award with who has it, and who is still tied for so many of its prizes."""

    award: str
    title: str
    winners: Sequence[Prize]
    tied: Sequence[Prize]
    seats: int


def settle(prizes: Sequence[Prize], decided: Mapping[str, Sequence[UUID]]) -> list[Settled]:
    """The awards of a run in their order; `decided` holds by award whom people chose among those tied for it.

    Whoever gets none of an award's prizes is tied for the next one, and has it once nobody else is. A choice that no
    longer fits, as somebody in it was given a higher award since, is none.
    """
    found = []
    taken: dict[frozenset[UUID], set[UUID]] = defaultdict(set)  # by those who are tied: who of them has an award
    for (award, title), each in groupby(prizes, key=lambda prize: (prize.award, prize.title)):
        rows = list(each)
        tied = [prize for prize in rows if prize.seats is not None]
        settled = taken[frozenset(prize.winner for prize in tied)]
        left = [prize for prize in tied if prize.winner not in settled]
        seats = min(tied[0].seats or 0, len(left)) if tied else 0
        chosen = set(decided.get(award, ()))
        if len(left) == seats:
            chosen = {prize.winner for prize in left}
        elif len(chosen) != seats or not chosen <= {prize.winner for prize in left}:
            chosen = set()
        settled |= chosen
        winners = [prize for prize in rows if prize.seats is None or prize.winner in chosen]
        found.append(Settled(award, title, winners, [] if chosen else left, 0 if chosen else seats))
    return found
