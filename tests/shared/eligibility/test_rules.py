"""Whose turn it is, and what a decision makes of somebody: the whole table."""

from itertools import product

import pytest

from services.shared.eligibility.rules import Obstacle, Outcome, Stand, decide
from services.shared.vocabulary import Eligibility, ReviewDecision, ReviewStep
from services.shared.words import Language, sentences

CITY, ORGANISER = ReviewStep.CITY, ReviewStep.ORGANISER
PENDING, APPROVED, RETURNED, REJECTED = Eligibility

MAY = {
    (CITY, PENDING, CITY, "APPROVED"): Outcome(PENDING, ORGANISER),
    (CITY, PENDING, CITY, "RETURNED"): Outcome(RETURNED, CITY),
    (CITY, PENDING, CITY, "REJECTED"): Outcome(REJECTED, CITY),
    (ORGANISER, PENDING, ORGANISER, "APPROVED"): Outcome(APPROVED, ORGANISER),
    (ORGANISER, PENDING, ORGANISER, "RETURNED"): Outcome(RETURNED, CITY),
    (ORGANISER, PENDING, ORGANISER, "REJECTED"): Outcome(REJECTED, ORGANISER),
    (ORGANISER, APPROVED, ORGANISER, "RETURNED"): Outcome(RETURNED, CITY),
    (ORGANISER, APPROVED, ORGANISER, "REJECTED"): Outcome(REJECTED, ORGANISER),
    (ORGANISER, RETURNED, CITY, "REJECTED"): Outcome(REJECTED, CITY),
    (ORGANISER, REJECTED, CITY, "REOPENED"): Outcome(PENDING, CITY),
    (ORGANISER, REJECTED, ORGANISER, "REOPENED"): Outcome(PENDING, ORGANISER),
}
# Steps that no review leaves behind; what they would give is no matter.
NEVER = {(APPROVED, CITY), (RETURNED, ORGANISER)}


@pytest.mark.parametrize(("by", "state", "step"), list(product(ReviewStep, Eligibility, ReviewStep)))
def test_every_decision_in_every_state(by: ReviewStep, state: Eligibility, step: ReviewStep) -> None:
    for decision in ReviewDecision:
        if (state, step) in NEVER:
            continue
        expected: Outcome | Obstacle = MAY.get((by, state, step, decision), Obstacle.UNFIT)
        if state is PENDING and by is not step:
            expected = Obstacle.CITYS_TURN if step is CITY else Obstacle.ORGANISERS_TURN
        assert decide(Stand(state, step), by, state, decision) == expected


def test_whoever_has_left_or_changed_meanwhile_is_not_decided_on() -> None:
    left = Stand(PENDING, CITY, withdrawn=True)
    assert decide(left, CITY, PENDING, ReviewDecision.APPROVED) is Obstacle.WITHDRAWN
    assert decide(Stand(APPROVED, ORGANISER), ORGANISER, PENDING, ReviewDecision.RETURNED) is Obstacle.CHANGED


def test_a_city_approves_on_a_submitted_list_and_does_nothing_else() -> None:
    listed = Stand(PENDING, CITY, listed=True)
    assert decide(listed, CITY, PENDING, ReviewDecision.APPROVED) == Outcome(PENDING, ORGANISER)
    assert decide(listed, CITY, PENDING, ReviewDecision.RETURNED) is Obstacle.LISTED
    assert decide(listed, CITY, PENDING, ReviewDecision.REJECTED) is Obstacle.LISTED
    waiting = Stand(PENDING, ORGANISER, listed=True)
    assert decide(waiting, ORGANISER, PENDING, ReviewDecision.RETURNED) == Outcome(RETURNED, CITY)


@pytest.mark.parametrize("language", Language)
def test_every_obstacle_and_state_has_its_words(language: Language) -> None:
    assert sentences(language).keys() >= {*Obstacle} | {f"ELIGIBILITY_{state}" for state in Eligibility}
