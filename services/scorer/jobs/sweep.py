"""Finds what was lost: messages never sent, messages that Redis forgot, jobs whose worker died."""

import asyncio
import logging
from uuid import UUID

import asyncpg
from arq.constants import in_progress_key_prefix
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.scorer.archives.archive_contest import forget_archives
from services.scorer.context import Scorer
from services.scorer.documents.sweep import delete_due_documents
from services.scorer.jobs import store
from services.scorer.jobs.perform import try_again_or_fail
from services.scorer.jobs.store import Job
from services.scorer.live.refresh import refresh_live
from services.scorer.marked_copies.mark_upload import forget_marked_copies
from services.scorer.uploads.forget import forget_files
from services.shared.changes import publish
from services.shared.formats.store import read_again
from services.shared.jobs import QUEUE, message_id, send_waiting

logger = logging.getLogger(__name__)

_MOST_SECONDS_BETWEEN = 5.0


async def keep_sweeping(scorer: Scorer) -> None:
    """Sweeps for as long as the worker lives; servers that are away are waited for."""
    while True:
        try:
            await sweep(scorer)
        except (OSError, RedisError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            logger.warning("not swept: %s", error)
        await asyncio.sleep(min(_MOST_SECONDS_BETWEEN, scorer.lease_seconds / 2))


async def sweep(scorer: Scorer) -> None:
    """One round. Safe to run in any number of workers at once."""
    await _repeat_expired(scorer)
    await _repeat_forgotten(scorer)
    await forget_files(scorer)
    await _read_again(scorer)
    await delete_due_documents(scorer)
    await forget_marked_copies(scorer)
    await forget_archives(scorer)
    await refresh_live(scorer)
    await send_waiting(scorer.pool, scorer.redis)


async def _read_again(scorer: Scorer) -> None:
    """Files that began to wait for headings just when somebody said what they mean."""
    async with scorer.pool.acquire() as connection, connection.transaction():
        await read_again(connection)


async def _repeat_expired(scorer: Scorer) -> None:
    """A worker that fell silent is given up: its fence keeps it out should it come back."""
    failed: list[Job] = []
    async with scorer.pool.acquire() as connection, connection.transaction():
        for job in await store.expired(connection):
            logger.warning("job %s:%d: its worker fell silent", job.id, job.attempt)
            if await try_again_or_fail(connection, job, "WORKER_DIED"):
                failed.append(job)
    for job in failed:
        await publish(scorer.redis, job.subject_id, state="FAILED")


async def _repeat_forgotten(scorer: Scorer) -> None:
    """Queues again, as the next attempt, what should have begun a lease ago and what no worker can be given."""
    for job_id, attempt in await store.overdue(scorer.pool, scorer.lease_seconds):
        if not await _can_be_delivered(scorer.redis, job_id, attempt):
            logger.warning("job %s:%d: Redis lost its message", job_id, attempt)
            async with scorer.pool.acquire() as connection, connection.transaction():
                await store.repeat(connection, job_id, attempt)


async def _can_be_delivered(redis: Redis, job_id: UUID, attempt: int) -> bool:
    """Whether arq still has the message and does not think that some worker (a dead one) is busy with it."""
    identity = message_id(job_id, attempt)
    async with redis.pipeline(transaction=False) as pipe:
        pipe.zscore(QUEUE, identity)
        pipe.exists(in_progress_key_prefix + identity)
        score, in_progress = await pipe.execute()
    return score is not None and not in_progress
