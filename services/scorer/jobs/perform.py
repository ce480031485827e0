"""One delivery of one job: claim it, keep it while it runs, and decide what happens when it does not end well."""

import asyncio
import contextlib
import logging
from uuid import UUID

import asyncpg

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs import store
from services.scorer.jobs.store import Job, LostJobError
from services.scorer.jobs.work import WORK
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.jobs import send_waiting
from services.shared.problems import Problem

logger = logging.getLogger(__name__)

MOST_TRIES = 5
_HEARTBEATS_PER_LEASE = 4

# With PostgreSQL away nothing can be written about a job either: its lease runs out, and the sweeper does the rest.
DATABASE_AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError)


async def perform(scorer: Scorer, job_id: UUID, attempt: int) -> None:
    """Does a job unless somebody else does or has done it. Messages may come twice, late, or for nothing."""
    job = await store.claim(scorer.pool, job_id, attempt, scorer.lease_seconds)
    if job is None:
        logger.info("job %s:%d: nothing to do", job_id, attempt)
        return
    fault(FaultPoint.JOB_CLAIMED)
    try:
        await _while_held(scorer, job)
    except LostJobError:
        logger.warning("job %s:%d: taken away, its effect was rolled back", job.id, job.attempt)
    except asyncio.CancelledError:
        with contextlib.suppress(*DATABASE_AWAY):
            await asyncio.shield(_hand_back(scorer, job))
        raise
    except Exception as error:
        logger.exception("job %s:%d: %s failed", job.id, job.attempt, job.kind)
        with contextlib.suppress(*DATABASE_AWAY):
            await _after_failure(scorer, job, type(error).__name__)


async def _while_held(scorer: Scorer, job: Job) -> None:
    """Runs the work beside the heartbeat of its lease; whichever ends first ends the other."""
    work = asyncio.ensure_future(WORK[job.kind].do(scorer, job))
    heartbeat = asyncio.create_task(_beat(scorer, job))
    try:
        await asyncio.wait((work, heartbeat), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            await heartbeat  # raises: the job is no longer ours
        await work
    finally:
        for task in (work, heartbeat):
            task.cancel()
        await asyncio.gather(work, heartbeat, return_exceptions=True)


async def _beat(scorer: Scorer, job: Job) -> None:
    while True:
        await asyncio.sleep(scorer.lease_seconds / _HEARTBEATS_PER_LEASE)
        with contextlib.suppress(*DATABASE_AWAY):
            await store.keep(scorer.pool, job, scorer.lease_seconds)


async def _hand_back(scorer: Scorer, job: Job) -> None:
    """We are being stopped: the next worker begins at once, and this try does not count."""
    async with scorer.pool.acquire() as connection, connection.transaction():
        await store.repeat(connection, job.id, job.attempt, tries_back=1)
    await send_waiting(scorer.pool, scorer.redis)


async def _after_failure(scorer: Scorer, job: Job, reason: str) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        failed = await try_again_or_fail(connection, job, reason)
    if failed:
        await publish(scorer.redis, job.subject_id, state="FAILED")
    await send_waiting(scorer.pool, scorer.redis)


async def try_again_or_fail(connection: Connection, job: Job, reason: str) -> bool:
    """Queues the next try, the first at once and each further one later; True after the last one.

    Then the job and its subject are marked as failed.
    `reason` is the error's class, never its text, which might hold what a file says.
    """
    problem = Problem("JOB_FAILED", {"reason": reason, "tries": job.tries})
    if job.tries < MOST_TRIES:
        await store.repeat(connection, job.id, job.attempt, after_seconds=2**job.tries - 2, error=problem.as_json())
        return False
    held, fail = await store.give_up(connection, job, problem), WORK[job.kind].fail
    if held and fail is not None:
        await fail(connection, job.subject_id, problem)
    return held
