"""Reviewing contestants: the city first, then the organiser."""

from collections.abc import Iterable, Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.contestants.store import find_contestants
from services.api.contestants.types import Contestant
from services.api.context import Context, Info
from services.api.decisions.viewers import CITY_STAFF, ORGANISERS
from services.api.eligibility import store
from services.api.eligibility.store import Decided, Person, Wanted, new_decision
from services.api.eligibility.told import messages_of
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotAllowedError,
    NotFound,
    NotFoundError,
)
from services.api.nodes import key_of, keys_of
from services.api.teams.broken import tell_of_broken_teams
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.eligibility.rules import Obstacle, decide
from services.shared.messages.store import tell
from services.shared.vocabulary import Eligibility, ReviewDecision, ReviewStep

MOST_NAMED = 5  # whose missing evidence a refusal tells


@strawberry.input(description="Whom to decide on, and how. (资格认定)")
class ReviewEligibilityInput:
    contestant_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="These, at most 200; all or none. (选手)"
    )
    city_id: strawberry.ID | None = strawberry.field(
        default=None, description="Or everyone of this city whose turn it is at the step. (市州)"
    )
    division_id: strawberry.ID | None = strawberry.field(
        default=None, description="With `cityId`: only of this division. (组别)"
    )
    expected_people: int | None = strawberry.field(
        default=None,
        description="How many you have looked at; with `cityId` needed, refused if there are more or fewer. (核对人数)",
    )
    decision: ReviewDecision = strawberry.field(description="What is decided. (审核结论)")
    reason: str = strawberry.field(default="", description="Why; needed unless approved. (原因)")
    step: ReviewStep | None = strawberry.field(
        default=None, description="For whoever may decide at both; else it follows from the role. (审核环节)"
    )
    seen: Eligibility = strawberry.field(
        default=Eligibility.PENDING,
        description="The state they were seen in; whoever is in another by now makes it a Conflict. (当前状态)",
    )


@strawberry.type(description="Everyone was decided on. (已审核)")
class ReviewEligibilityPayload:
    contestants: list[Contestant] = strawberry.field(description="They, by number. (选手)")


ReviewEligibilityResult = Annotated[
    ReviewEligibilityPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ReviewEligibilityResult", description="What reviewEligibility answers. (资格认定的结果)"),
]


@strawberry.type
class EligibilityMutation:
    @strawberry.mutation(description="Decides on contestants: all of them, or none and says why. (资格认定)")
    async def review_eligibility(
        self,
        info: Info,
        input: Annotated[  # noqa: A002
            ReviewEligibilityInput, strawberry.argument(description="Whom, and how. (输入)")
        ],
    ) -> ReviewEligibilityResult:
        context, wanted = info.context, _checked(input)
        scope = context.rows("Contestant")
        async with context.pool.acquire() as connection, connection.transaction():
            contests = await store.find_contests(connection, scope, wanted)
            if not contests:
                raise NotFoundError
            if len(contests) > 1:
                raise InvalidInputError("REVIEW_ONE_CONTEST", field="contestantIds")
            # The contest first: of two who decide at once, the second sees what the first has decided.
            await advance_version(connection, contests[0])
            step = input.step or _step_of(context, contests[0])
            people = await store.find_people(connection, scope, contests[0], wanted, seen=input.seen, step=step)
            _check_people(context, contests[0], wanted, people, step)
            _check_count(input.expected_people, len(people))
            decided = await _decide(connection, people, step, input)
            await _keep(context, connection, contests[0], decided, input)
        ids = [one.person.id for one in decided]
        found = await find_contestants(context.pool, scope, ids)
        return ReviewEligibilityPayload(contestants=[one for one in found if one is not None])


def _checked(asked: ReviewEligibilityInput) -> Wanted:
    """Raises InvalidInputError, or NotFoundError for an id that never was one."""
    if (asked.contestant_ids is None) == (asked.city_id is None):
        raise InvalidInputError("REVIEW_WHOM", field="contestantIds")
    if asked.decision is ReviewDecision.SENT_AGAIN:
        raise InvalidInputError("REVIEW_NOT_A_DECISION", field="decision")
    if asked.decision is not ReviewDecision.APPROVED or asked.reason:
        check_reason(asked.reason)
    if asked.city_id is not None and asked.expected_people is None:
        raise InvalidInputError("REVIEW_HOW_MANY", field="expectedPeople")
    keys = keys_of(asked.contestant_ids or (), "Contestant", field="contestantIds")
    city, division = key_of(asked.city_id, "City"), key_of(asked.division_id, "Division")
    if (asked.city_id and not city) or (asked.division_id and not division):
        raise NotFoundError
    return Wanted(tuple(dict.fromkeys(keys)), city, division)


def _step_of(context: Context, contest_id: UUID) -> ReviewStep:
    """The step at which the viewer decides."""
    return ReviewStep.ORGANISER if context.viewer.scope(ORGANISERS).covers(contest_id) else ReviewStep.CITY


def _check_people(
    context: Context, contest_id: UUID, wanted: Wanted, people: Sequence[Person], step: ReviewStep
) -> None:
    """Everybody who was named is there, and the viewer may decide on each at this step."""
    if len(people) < len(wanted.contestants):
        raise NotFoundError
    scope = context.viewer.scope(ORGANISERS if step is ReviewStep.ORGANISER else CITY_STAFF)
    cities = {person.city_id for person in people} | ({wanted.city} if wanted.city else set())
    if not all(scope.covers(contest_id, city) for city in cities):
        raise NotAllowedError
    if not people:
        raise ConflictError("REVIEW_NOBODY_WAITS")


def _check_count(expected: int | None, people: int) -> None:
    """Nobody decides on people whom they have not been shown."""
    if expected not in {None, people}:
        raise ConflictError("REVIEW_COUNT_DIFFERS", people=people, expected=expected or 0)


async def _decide(
    connection: Connection, people: Sequence[Person], step: ReviewStep, asked: ReviewEligibilityInput
) -> list[Decided]:
    """What becomes of everybody; raises ConflictError that names the first who stands in the way, and how many do."""
    found = [(person, decide(person.stand, step, asked.seen, asked.decision)) for person in people]
    blocked = [(person, outcome) for person, outcome in found if isinstance(outcome, Obstacle)]
    if blocked:
        person, obstacle = blocked[0]
        state = f"ELIGIBILITY_{person.stand.eligibility}"
        raise ConflictError(obstacle.value, number=person.number, count=len(blocked), state=state)
    if asked.decision is ReviewDecision.REOPENED and (crowded := await store.without_place(connection, people)):
        raise ConflictError("REVIEW_NO_PLACE", number=crowded[0].number, count=len(crowded))
    if asked.decision is ReviewDecision.APPROVED and step is ReviewStep.ORGANISER:
        _check_evidence(await store.evidence_missing(connection, [person.id for person in people]))
    return [new_decision(person, step, outcome) for person, outcome in found if not isinstance(outcome, Obstacle)]


def _check_evidence(missing: Iterable[tuple[int, str]]) -> None:
    lacking: dict[int, list[str]] = {}
    for number, title in missing:
        lacking.setdefault(number, []).append(title)
    if lacking:
        named = [f"{number} ({'、'.join(titles)})" for number, titles in list(lacking.items())[:MOST_NAMED]]
        who = "；".join([*named, *(["…"] if len(lacking) > MOST_NAMED else [])])
        raise ConflictError("REVIEW_EVIDENCE_MISSING", count=len(lacking), who=who)


async def _keep(
    context: Context,
    connection: Connection,
    contest_id: UUID,
    decided: Sequence[Decided],
    asked: ReviewEligibilityInput,
) -> None:
    now, user = await store.clock(connection), context.viewer.user_id
    await store.write_decisions(connection, contest_id, decided, asked.decision, asked.reason, user=user, now=now)
    entries = [
        Entry.of_contestant(
            Action.REVIEW_ELIGIBILITY,
            one.person.id,
            contest_id,
            one.person.city_id,
            {
                "eligibility": (one.person.stand.eligibility, one.outcome.eligibility),
                "review_step": (one.person.stand.step, one.outcome.step),
            },
            asked.reason,
        )
        for one in decided
    ]
    await context.record(connection, *entries)
    await tell(connection, *messages_of(contest_id, decided, asked.decision, asked.reason))
    people = [one.person.id for one in decided]
    await tell_of_broken_teams(connection, contest_id, people, f"review {decided[0].review_id}")
