"""Somebody comes in: judged under the contest's lock, written, recorded, and told."""

from dataclasses import dataclass
from uuid import UUID

from services.api.context import Context
from services.api.errors import ConflictError, NotFoundError
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Entry, Value
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.problems import Problem
from services.shared.registration import store as registration
from services.shared.registration.doubled import keep_double_entry
from services.shared.registration.rules import Known, Newcomer, Outcome, Spot, Verdict, judge, moved
from services.shared.registration.store import Added, By


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who wants to come in and where, and what the contest knows of that."""

    contest_id: UUID
    spot: Spot
    newcomer: Newcomer
    known: Known


def refusal(problem: Problem) -> ConflictError:
    return ConflictError(problem.code, **problem.parameters)


async def arrive(context: Context, connection: Connection, contest_id: UUID, spot: Spot, newcomer: Newcomer) -> Arrival:
    """Locks the contest and reads what decides; raises NotFoundError for a city or division of another contest."""
    now = await lock_contest(connection, contest_id)
    vault = context.resources.vault
    known = await registration.find_known(connection, vault, contest_id, spot, newcomer, now=now) if now else None
    if known is None:
        raise NotFoundError
    return Arrival(contest_id, spot, newcomer, known)


async def judge_arrival(context: Context, connection: Connection, arrival: Arrival) -> Verdict:
    """That somebody was entered elsewhere too is kept for the organiser, and told to the cities it concerns."""
    spot, person = arrival.spot, arrival.known.person
    verdict = judge(arrival.newcomer.account, spot, arrival.known)
    if verdict.outcome is not Outcome.DOUBLED or person is None:
        return verdict
    kept = await keep_double_entry(connection, arrival.contest_id, person, spot, context.viewer.user_id)
    if kept:
        await context.record(connection, *kept)
    return verdict


async def let_in(context: Context, connection: Connection, arrival: Arrival, by: By) -> Added:
    """Writes somebody who may come in: a new row, or the one they had before they withdrew."""
    contest_id, spot, newcomer, person = arrival.contest_id, arrival.spot, arrival.newcomer, arrival.known.person
    vault = context.resources.vault
    if person is None:
        (added,) = await registration.add_people(connection, vault, contest_id, spot, [newcomer], by=by)
    else:
        added = await registration.revive(connection, vault, person, spot, newcomer, by=by)
    await registration.people_changed(connection, contest_id)
    event, told = f"registered {added.id} {arrival.known.now.isoformat()}", {"number": added.number}
    await tell(
        connection,
        Message("CONTESTANT_REGISTERED", contest_id, event, {**told}, contestant_id=added.id),
        Message("CONTESTANT_TO_REVIEW", contest_id, event, {**told}, city_id=spot.city_id),
    )
    return added


def entry_of(action: Action, arrival: Arrival, added: Added) -> Entry:
    """The record of somebody who has come in; a revived one had withdrawn before."""
    before = arrival.known.person
    changes: dict[str, tuple[Value, Value]] = {
        "entry_way": (before.spot.entry_way.value if before else None, arrival.spot.entry_way.value),
        "platform": (before.account[0].value if before else None, arrival.newcomer.platform.value),
        "handle": (HIDDEN if before else None, HIDDEN),
        "withdrawn": (before is not None, False),
        **(moved(before.spot, arrival.spot) if before else {}),
    }
    return Entry.of_contestant(action, added.id, arrival.contest_id, arrival.spot.city_id, changes)
