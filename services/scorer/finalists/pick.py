"""Standings → proposed finalists: each city's streamers and reserves by the rules' policy, each with the reason.

Who is picked never depends on the order of rows: wherever equals compete for too few places, all of them are found
and the policy's `tie_at_cut` decides what happens to them as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from services.scorer.ranking.rank import Standing
from services.shared.exact import HUNDRED, plain
from services.shared.problems import Coded, Parameters
from services.shared.rules.model import FinalistPolicy
from services.shared.vocabulary import Place


@dataclass(frozen=True, slots=True)
class Reason(Coded):
    """Why somebody is where they are."""


@dataclass(frozen=True, slots=True)
class Picked:
    """One contestant in a city's proposal; position is 1 … n among those of the same place."""

    contestant_id: UUID
    city_id: UUID
    place: Place
    position: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a run proposes: by city, streamers, then tied, then reserves; and how many streamers each city lacks."""

    picked: list[Picked] = field(default_factory=list)
    shortages: dict[UUID, int] = field(default_factory=dict)


def pick(standings: Iterable[Standing], policy: FinalistPolicy | None) -> Proposal:
    """The proposal of every city that has contestants. Only contestants with a valid result can be proposed."""
    proposal = Proposal()
    if policy is None:
        return proposal
    of_city: dict[UUID, list[Standing]] = defaultdict(list)
    for standing in sorted(standings, key=lambda standing: standing.position):
        of_city[standing.score.contestant.city_id].append(standing)
    for city_id, everyone in of_city.items():
        picked = list(_proposed([one for one in everyone if _can_be_proposed(one, policy)], policy))
        streamers = sum(1 for one in picked if one.place is Place.STREAMER)
        proposal.picked.extend(picked)
        proposal.shortages[city_id] = max(0, policy.minimum - streamers)
    return proposal


def _can_be_proposed(standing: Standing, policy: FinalistPolicy) -> bool:
    score = standing.score
    if not score.has_result or (policy.minimum_score is not None and score.total < policy.minimum_score):
        return False
    if policy.minimum_data is None:
        return True
    values = score.contestant.values
    return HUNDRED * sum(value is not None for value in values) >= policy.minimum_data * len(values)


OPEN = None  # a seat that is for everyone, not for one division
Seats = dict[int, str | None]  # position of who holds it → the division that it is for, or OPEN


def _proposed(candidates: Sequence[Standing], policy: FinalistPolicy) -> Iterator[Picked]:
    """One city: fill the seats, find the equals who compete for the last of them, decide as declared."""
    seats = _filled(candidates, policy)
    contested = _contested(candidates, seats)
    held = sum(1 for position in contested if position in seats)
    tie: Parameters = {"seats": held, "count": len(contested)}
    all_in = policy.tie_at_cut == "all in" and len(seats) - held + len(contested) <= policy.most
    places: dict[Place, list[tuple[Standing, Reason]]] = {Place.STREAMER: [], Place.TIED: [], Place.RESERVE: []}
    for one in candidates:
        ranked: Parameters = {"city_rank": one.city_rank, "total": plain(one.score.total)}
        if one.position not in contested:
            place = Place.STREAMER if one.position in seats else Place.RESERVE
            reason = _plain_reason(one, seats, ranked)
        elif all_in:
            place, reason = Place.STREAMER, Reason("FINALIST_TIED_ALL_IN", ranked | tie)
        elif policy.tie_at_cut == "none":
            place, reason = Place.RESERVE, Reason("RESERVE_TIED_NONE_IN", ranked | tie)
        else:
            place, reason = Place.TIED, Reason("TIED_PERSON_DECIDES", ranked | tie)
        places[place].append((one, reason))
    places[Place.RESERVE] = _first_with_equals(places[Place.RESERVE], policy.reserves)
    for place, members in places.items():
        for position, (one, reason) in enumerate(members, start=1):
            contestant = one.score.contestant
            yield Picked(contestant.contestant_id, contestant.city_id, place, position, reason)


def _filled(candidates: Sequence[Standing], policy: FinalistPolicy) -> Seats:
    """The preferred seats first, in the policy's order, then the open ones; each by rank in the city."""
    seats: Seats = {}
    for preferred in policy.prefer:
        of_division = (one for one in candidates if one.score.contestant.division == preferred.division)
        free = [one.position for one in of_division if one.position not in seats]
        seats |= dict.fromkeys(free[: preferred.places], preferred.division)
    free = [one.position for one in candidates if one.position not in seats]
    return seats | dict.fromkeys(free[: policy.places - len(seats)], OPEN)


def _contested(candidates: Sequence[Standing], seats: Seats) -> set[int]:
    """Positions of all equals of whom some hold a seat and some do not, though any of them could.

    Those without a seat come in first, then every equal whose seat one of them could hold, and so on: who of two
    equals was given the preferred seat and who the open one must not matter either.
    """
    contested: set[int] = set()
    for _, group in groupby(candidates, key=lambda one: one.city_rank):
        equals = list(group)
        rivals = [one for one in equals if one.position not in seats]
        holders = [one for one in equals if one.position in seats]
        found: list[Standing] = []
        while drawn := [one for one in holders if _could_be_held(seats[one.position], rivals)]:
            found += drawn
            rivals += drawn
            holders = [one for one in holders if one not in drawn]
        if found:
            contested.update(one.position for one in rivals if _has_rival_seat(one, found, seats))
    return contested


def _could_be_held(division: str | None, rivals: Sequence[Standing]) -> bool:
    if division is OPEN:
        return bool(rivals)
    return any(one.score.contestant.division == division for one in rivals)


def _has_rival_seat(one: Standing, holders: Sequence[Standing], seats: Seats) -> bool:
    """Whether one of the contested seats is open to this contestant."""
    return any(seats[holder.position] in (OPEN, one.score.contestant.division) for holder in holders)


def _plain_reason(one: Standing, seats: Seats, ranked: Parameters) -> Reason:
    if one.position not in seats:
        return Reason("RESERVE_BY_RANK", ranked)
    division = seats[one.position]
    if division is OPEN:
        return Reason("FINALIST_BY_RANK", ranked)
    return Reason("FINALIST_PREFERRED", ranked | {"division": division})


def _first_with_equals(reserves: list[tuple[Standing, Reason]], count: int | None) -> list[tuple[Standing, Reason]]:
    """So many, and whoever is equal to the last of them."""
    if count is None or count >= len(reserves):
        return reserves
    if count == 0:
        return []
    last = reserves[count - 1][0].city_rank
    return [reserve for reserve in reserves if reserve[0].city_rank <= last]
