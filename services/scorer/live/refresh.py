"""Keeps the ranking of a round fresh while it is under way: runs started and adopted for the organiser who asked."""

from services.scorer.context import Scorer
from services.scorer.live import store
from services.scorer.live.next_step import Step, next_step
from services.scorer.live.store import Refreshed
from services.shared.audit.actions import Action
from services.shared.audit.store import Actor, Entry, Value, record
from services.shared.changes import publish
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.messages.store import tell_organisers
from services.shared.problems import Parameters, Problem
from services.shared.scoring_runs.start import CannotStartError, start_run
from services.shared.scoring_runs.store import adopt_run
from services.shared.words import Language, put


async def refresh_live(scorer: Scorer) -> None:
    """Safe to run in any number of workers at once: what is due is looked at again once the contest is locked."""
    for due in await store.list_live(scorer.pool):
        if next_step(due.live) is Step.WAIT:
            continue
        async with scorer.pool.acquire() as connection, connection.transaction():
            await advance_version(connection, due.contest_id)
            for refreshed in await store.list_live(connection, due.round_id):
                await _perform(connection, refreshed)
        await publish(scorer.redis, due.round_id)


async def _perform(connection: Connection, refreshed: Refreshed) -> None:
    match next_step(refreshed.live):
        case Step.START:
            await _start(connection, refreshed)
        case Step.ADOPT:
            await _adopt(connection, refreshed)
        case Step.STOP:
            error = refreshed.error or {"code": "LIVE_REFRESH_FOR_NOBODY", "parameters": {}}
            await _stop(connection, refreshed, Problem(error["code"], error["parameters"]))
        case Step.WAIT:  # another worker was faster
            pass


async def _start(connection: Connection, refreshed: Refreshed) -> None:
    reason = put("LIVE_REFRESH", {}, Language.ZH)
    place = refreshed.contest_id, refreshed.round_id
    try:
        run_id = await start_run(connection, *place, reason=reason, user=refreshed.user_id)
    except CannotStartError as missing:
        await _stop(connection, refreshed, Problem(missing.code, {**missing.parameters}))
        return
    await store.write_run(connection, refreshed.round_id, run_id)
    started = Entry(Action.START_SCORING_RUN, "ScoringRun", run_id, refreshed.contest_id, reason=reason)
    await record(connection, _for(refreshed), started)


async def _adopt(connection: Connection, refreshed: Refreshed) -> None:
    assert refreshed.run_id is not None  # noqa: S101  it has been scored
    reason = put("LIVE_REFRESH", {}, Language.ZH)
    await adopt_run(connection, refreshed.round_id, refreshed.run_id, reason, refreshed.user_id)
    changes: dict[str, tuple[Value, Value]] = {"adoptedRun": (None, str(refreshed.run_id))}
    adopted = Entry(Action.ADOPT_RUN, "Round", refreshed.round_id, refreshed.contest_id, changes=changes, reason=reason)
    await record(connection, _for(refreshed), adopted)


async def _stop(connection: Connection, refreshed: Refreshed, problem: Problem) -> None:
    await store.stop(connection, refreshed.round_id, problem)
    event = f"live refresh {refreshed.run_id or refreshed.round_id} {problem.code}"
    said: Parameters = {"round": refreshed.title}
    await tell_organisers(connection, "LIVE_REFRESH_STOPPED", refreshed.contest_id, event, said)


def _for(refreshed: Refreshed) -> Actor:
    """The system, for the organiser who switched it on."""
    return Actor(refreshed.user_id, "scorer")
