"""Reviews in PostgreSQL."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.api.access import Scope
from services.api.contests.store import by_contest, find_cities_of, find_divisions_of
from services.api.context import Executor
from services.api.eligibility.types import EligibilityCount, EligibilityReview
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.eligibility.rules import Outcome, Stand
from services.shared.eligibility.store import close_approvals, open_approvals
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, EntryWay, ReviewDecision, ReviewStep

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be decided on: those named, or everyone in a city (and division) whose turn it is at a step."""

    contestants: Sequence[UUID] = ()
    city: UUID | None = None
    division: UUID | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody under review."""

    id: UUID
    number: int
    city_id: UUID
    division_id: UUID
    entry_way: EntryWay
    stand: Stand


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of somebody, by a step, and what it made of them; `review_id` names the decision."""

    review_id: UUID
    person: Person
    step: ReviewStep
    outcome: Outcome


async def find_contests(connection: Connection, scope: Scope, wanted: Wanted) -> list[UUID]:
    """The contests of whom the viewer means, as far as visible."""
    rows = await connection.fetch(queries.contests_of, *scope, wanted.contestants, wanted.city)
    return [row["contest_id"] for row in rows]


async def clock(connection: Connection) -> datetime:
    """The time by PostgreSQL's clock."""
    now: datetime = await connection.fetchval(queries.now)
    return now


async def find_people(
    connection: Connection, scope: Scope, contest_id: UUID, wanted: Wanted, *, seen: Eligibility, step: ReviewStep
) -> list[Person]:
    """By number; of a whole city only those in the state `seen` whose turn it is."""
    given = wanted.contestants, wanted.city, wanted.division, seen, step
    rows = await connection.fetch(queries.people_under_review, *scope, contest_id, *given)
    return [
        Person(
            id=row["id"],
            number=row["number"],
            city_id=row["city_id"],
            division_id=row["division_id"],
            entry_way=EntryWay(row["entry_way"]),
            stand=Stand(
                Eligibility(row["eligibility"]), ReviewStep(row["review_step"]), row["withdrawn"], row["listed"]
            ),
        )
        for row in rows
    ]


async def evidence_missing(connection: Connection, people: Iterable[UUID]) -> list[tuple[int, str]]:
    """Number of the contestant and title of what is demanded of them and has not been given."""
    rows = await connection.fetch(queries.evidence_missing, list(people))
    return [(row["number"], row["title"]) for row in rows]


async def without_place(connection: Connection, people: Sequence[Person]) -> list[Person]:
    """Those of rejected people for whom there is no place any more, the others taking theirs in order of number."""
    places = sorted({(person.city_id, person.division_id) for person in people})
    divisions = await connection.fetch(queries.division_room, [division for _, division in places])
    quotas = await connection.fetch(queries.quota_room, *zip(*places, strict=True))
    room: dict[UUID | tuple[UUID, UUID], int | None] = {row["id"]: row["room"] for row in divisions}
    room |= {(row["city_id"], row["division_id"]): row["room"] for row in quotas}
    left_over = []
    for person in people:
        held: list[UUID | tuple[UUID, UUID]] = [person.division_id]
        if person.entry_way is EntryWay.RECOMMENDED:
            held.append((person.city_id, person.division_id))
        free = [room[each] for each in held]
        if any(places is not None and places <= 0 for places in free):
            left_over.append(person)
            continue
        room |= {each: None if places is None else places - 1 for each, places in zip(held, free, strict=True)}
    return left_over


async def write_decisions(
    connection: Connection,
    contest_id: UUID,
    decided: Sequence[Decided],
    decision: ReviewDecision,
    reason: str,
    *,
    user: UUID | None,
    now: datetime,
) -> None:
    """Keeps the decisions and what they made of people; the contest's row is locked."""
    people = [(one.person.id, one.outcome.eligibility.value, one.outcome.step.value) for one in decided]
    await connection.execute(queries.write_outcomes, *zip(*people, strict=True), now)
    approved = [one.person.id for one in decided if one.outcome.eligibility is Eligibility.APPROVED]
    ended = [one.person.id for one in decided if one.person.stand.eligibility is Eligibility.APPROVED]
    await close_approvals(connection, ended, now)
    await open_approvals(connection, approved, now)
    await connection.executemany(
        queries.insert_review,
        [(one.review_id, contest_id, one.person.id, one.step, decision, reason, user, now) for one in decided],
    )


async def find_reviews(database: Executor, contestants: Sequence[UUID]) -> list[list[EligibilityReview]]:
    """Every decision about each contestant, the first one first."""
    found: defaultdict[UUID, list[EligibilityReview]] = defaultdict(list)
    for row in await database.fetch(queries.reviews_of_contestants, contestants):
        found[row["contestant_id"]].append(EligibilityReview.of(row))
    return [found[key] for key in contestants]


async def find_counts(database: Executor, scope: Scope, contests: Sequence[UUID]) -> list[list[EligibilityCount]]:
    """City by city and division by division, where the viewer sees somebody."""
    rows = await database.fetch(queries.counts_of_contests, *scope, contests)
    cities = {city.uuid: city for each in await find_cities_of(database, contests) for city in each}
    divisions = {division.uuid: division for each in await find_divisions_of(database, contests) for division in each}
    return by_contest(
        contests,
        rows,
        lambda row: EligibilityCount(
            city=cities[row["city_id"]],
            division=divisions[row["division_id"]],
            pending_at_city=row["pending_at_city"],
            pending_at_organiser=row["pending_at_organiser"],
            approved=row["approved"],
            returned=row["returned"],
            rejected=row["rejected"],
            withdrawn=row["withdrawn"],
        ),
    )


def new_decision(person: Person, step: ReviewStep, outcome: Outcome) -> Decided:
    return Decided(new_id(), person, step, outcome)
