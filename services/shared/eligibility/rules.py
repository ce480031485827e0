"""What a review may decide of somebody, and what becomes of them. Values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.shared.vocabulary import Eligibility, ReviewDecision, ReviewStep

_CITY, _ORGANISER = ReviewStep.CITY, ReviewStep.ORGANISER
_PENDING, _APPROVED = Eligibility.PENDING, Eligibility.APPROVED
_RETURNED, _REJECTED = Eligibility.RETURNED, Eligibility.REJECTED


class Obstacle(StrEnum):
    """Why a decision cannot be taken; each is a code with its sentence."""

    WITHDRAWN = "REVIEW_OF_WITHDRAWN"
    CHANGED = "REVIEW_STATE_CHANGED"
    CITYS_TURN = "REVIEW_CITYS_TURN"
    ORGANISERS_TURN = "REVIEW_ORGANISERS_TURN"
    LISTED = "REVIEW_LIST_SUBMITTED"
    UNFIT = "REVIEW_DECISION_UNFIT"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody's review stands; `listed`: on a list that their city has submitted."""

    eligibility: Eligibility
    step: ReviewStep
    withdrawn: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision makes of somebody."""

    eligibility: Eligibility
    step: ReviewStep


# By whom, of somebody in which state, what: the state and whose turn it is then. Whoever has been returned sends
# again to the city, however they came in. A rejected one who is taken up again waits where they were rejected.
_OUTCOMES: Mapping[tuple[ReviewStep, Eligibility, ReviewDecision], Outcome] = {
    (_CITY, _PENDING, ReviewDecision.APPROVED): Outcome(_PENDING, _ORGANISER),
    (_CITY, _PENDING, ReviewDecision.RETURNED): Outcome(_RETURNED, _CITY),
    (_CITY, _PENDING, ReviewDecision.REJECTED): Outcome(_REJECTED, _CITY),
    (_ORGANISER, _PENDING, ReviewDecision.APPROVED): Outcome(_APPROVED, _ORGANISER),
    (_ORGANISER, _PENDING, ReviewDecision.RETURNED): Outcome(_RETURNED, _CITY),
    (_ORGANISER, _PENDING, ReviewDecision.REJECTED): Outcome(_REJECTED, _ORGANISER),
    (_ORGANISER, _APPROVED, ReviewDecision.RETURNED): Outcome(_RETURNED, _CITY),
    (_ORGANISER, _APPROVED, ReviewDecision.REJECTED): Outcome(_REJECTED, _ORGANISER),
    (_ORGANISER, _RETURNED, ReviewDecision.REJECTED): Outcome(_REJECTED, _CITY),
}


def decide(stand: Stand, by: ReviewStep, seen: Eligibility, decision: ReviewDecision) -> Outcome | Obstacle:
    """What becomes of somebody whom the reviewer saw in the state `seen`, or why nothing does."""
    if stand.withdrawn:
        return Obstacle.WITHDRAWN
    if stand.eligibility is not seen:
        return Obstacle.CHANGED
    if seen is _PENDING and stand.step is not by:
        return Obstacle.CITYS_TURN if stand.step is _CITY else Obstacle.ORGANISERS_TURN
    if by is _CITY and stand.listed and decision is not ReviewDecision.APPROVED:
        return Obstacle.LISTED
    if (by, seen, decision) == (_ORGANISER, _REJECTED, ReviewDecision.REOPENED):
        return Outcome(_PENDING, stand.step)
    return _OUTCOMES.get((by, seen, decision), Obstacle.UNFIT)
