"""Whom a decision is told: the contestant each time, the city what the organiser has decided."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from services.api.eligibility.store import Decided
from services.shared.messages.store import Message
from services.shared.problems import Parameters
from services.shared.vocabulary import ReviewDecision, ReviewStep

MOST_NUMBERS = 20  # that one message names

_TO_CONTESTANT: Mapping[tuple[ReviewStep, ReviewDecision], str] = {
    (ReviewStep.CITY, ReviewDecision.APPROVED): "REVIEW_HANDED_ON",
    (ReviewStep.CITY, ReviewDecision.RETURNED): "REVIEW_RETURNED",
    (ReviewStep.CITY, ReviewDecision.REJECTED): "REVIEW_REJECTED",
    (ReviewStep.ORGANISER, ReviewDecision.APPROVED): "REVIEW_PASSED",
    (ReviewStep.ORGANISER, ReviewDecision.RETURNED): "REVIEW_RETURNED",
    (ReviewStep.ORGANISER, ReviewDecision.REJECTED): "REVIEW_REJECTED",
    (ReviewStep.ORGANISER, ReviewDecision.REOPENED): "REVIEW_TAKEN_UP_AGAIN",
}
_WITH_REASON = frozenset({ReviewDecision.RETURNED, ReviewDecision.REJECTED})
_TO_CITY: Mapping[ReviewDecision, str] = {
    ReviewDecision.APPROVED: "CITY_REVIEW_PASSED",
    ReviewDecision.RETURNED: "CITY_REVIEW_RETURNED",
    ReviewDecision.REJECTED: "CITY_REVIEW_REJECTED",
    ReviewDecision.REOPENED: "CITY_REVIEW_TAKEN_UP_AGAIN",
}


def messages_of(
    contest_id: UUID, decided: Sequence[Decided], decision: ReviewDecision, reason: str
) -> Iterator[Message]:
    """One for each contestant; of the organiser's decisions one for each city as well."""
    said: Parameters = {"reason": reason} if decision in _WITH_REASON else {}
    for one in decided:
        code, event = _TO_CONTESTANT[one.step, decision], f"review {one.review_id}"
        yield Message(code, contest_id, event, said, contestant_id=one.person.id)
    for_cities = [one for one in decided if one.step is ReviewStep.ORGANISER]
    for city, group in groupby(sorted(for_cities, key=_by_city), lambda one: one.person.city_id):
        people = list(group)
        numbers = named(one.person.number for one in people)
        parameters: Parameters = {"count": len(people), "numbers": numbers, **said}
        event = f"review {people[0].review_id}"
        yield Message(_TO_CITY[decision], contest_id, event, parameters, city_id=city)


def _by_city(one: Decided) -> tuple[bytes, int]:
    return one.person.city_id.bytes, one.person.number


def named(numbers: Iterator[int]) -> str:
    """`3, 7, 12`; of many the first ones and `…`."""
    told = [str(number) for number in numbers]
    return ", ".join([*told[:MOST_NUMBERS], *(["…"] if len(told) > MOST_NUMBERS else [])])
