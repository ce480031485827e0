"""A run's proposal and people's choices → who is selected. Every departure from the proposal has a person's reason."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.api.errors import ConflictError, InvalidInputError
from services.shared.rules.model import FinalistPolicy
from services.shared.vocabulary import Place, SelectedPlace

# What the proposal says when nobody decides otherwise; of a tie a person must.
_AS_PROPOSED = {Place.STREAMER: SelectedPlace.STREAMER, Place.RESERVE: SelectedPlace.RESERVE}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody with a standing in the run: proposed, or named in a choice. `position` is the place in the standings."""

    contestant_id: UUID
    city_id: UUID
    city: str
    number: int
    position: int
    proposed: Place | None
    eligible: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a person puts somebody, and why."""

    contestant_id: UUID | None
    place: SelectedPlace
    reason: str


@dataclass(frozen=True, slots=True)
class Selected:
    """Where somebody stands; `position` is 1 … n among those of the city in the same place, by standing."""

    candidate: Candidate
    place: SelectedPlace
    position: int
    reason: str


def select(candidates: Iterable[Candidate], choices: Sequence[Choice], policy: FinalistPolicy) -> list[Selected]:
    """Everybody in the order of the standings. Raises InvalidInputError for what a person must still decide."""
    ordered = sorted(candidates, key=lambda one: one.position)
    chosen = _by_contestant(choices, {one.contestant_id for one in ordered})
    placed: dict[tuple[UUID, SelectedPlace], int] = defaultdict(int)
    selected = []
    for one in ordered:
        place, reason = _decided(one, chosen.get(one.contestant_id))
        if place is not SelectedPlace.OUT and not one.eligible:
            raise InvalidInputError("FINALIST_NOT_ELIGIBLE", field="choices", number=one.number, city=one.city)
        placed[one.city_id, place] += 1
        if place is SelectedPlace.STREAMER and placed[one.city_id, place] > policy.most:
            raise InvalidInputError("STREAMERS_TOO_MANY", field="choices", city=one.city, most=policy.most)
        selected.append(Selected(one, place, placed[one.city_id, place], reason))
    return selected


def _by_contestant(choices: Sequence[Choice], known: set[UUID]) -> dict[UUID, tuple[int, Choice]]:
    chosen: dict[UUID, tuple[int, Choice]] = {}
    for number, choice in enumerate(choices):
        if choice.contestant_id is None or choice.contestant_id not in known:
            raise InvalidInputError("CHOICE_WITHOUT_STANDING", field=f"choices.{number}.contestantId")
        if choice.contestant_id in chosen:
            raise InvalidInputError("CHOICE_TWICE", field=f"choices.{number}.contestantId")
        chosen[choice.contestant_id] = number, choice
    return chosen


def _decided(one: Candidate, chosen: tuple[int, Choice] | None) -> tuple[SelectedPlace, str]:
    proposed = _AS_PROPOSED.get(one.proposed) if one.proposed else SelectedPlace.OUT
    if chosen is None:
        if proposed is None:
            raise InvalidInputError("TIE_UNDECIDED", field="choices", number=one.number, city=one.city)
        return proposed, ""
    number, choice = chosen
    reason = choice.reason.strip()
    if choice.place is not proposed and not reason:
        raise InvalidInputError("TEXT_EMPTY", field=f"choices.{number}.reason")
    return choice.place, reason


@dataclass(frozen=True, slots=True)
class Successor:
    """Somebody who could take a streamer's place: their place in the selection (none: not in it) and position there."""

    contestant_id: UUID
    place: SelectedPlace | None
    position: int
    eligible: bool


def successor(known: Iterable[Successor], named: UUID | None) -> Successor | None:
    """Who moves up: whoever is named, else the next reserve who may still compete; None when there is no such reserve.

    Raises ConflictError for a named streamer, InvalidInputError for a named one who may not compete or has no standing.
    """
    if named is None:
        reserves = [one for one in known if one.place is SelectedPlace.RESERVE and one.eligible]
        return min(reserves, key=lambda one: one.position, default=None)
    found = next((one for one in known if one.contestant_id == named), None)
    if found is None:
        raise InvalidInputError("CHOICE_WITHOUT_STANDING", field="replacementId")
    if found.place is SelectedPlace.STREAMER:
        raise ConflictError("REPLACEMENT_IS_STREAMER")
    if not found.eligible:
        raise InvalidInputError("REPLACEMENT_NOT_ELIGIBLE", field="replacementId")
    return found


def free_position(taken: Sequence[int], policy: FinalistPolicy | None, city: str) -> int:
    """The first position that none of a city's streamers has; raises ConflictError when it has as many as it may."""
    if policy is None or len(taken) >= policy.most:
        raise ConflictError("NO_FREE_PLACE", city=city, most=len(taken))
    return min(set(range(1, len(taken) + 2)) - set(taken))
