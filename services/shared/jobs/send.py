"""Tells Redis of jobs that wait: the id of a job and its attempt, as JSON, in the form that arq reads."""

import logging
from uuid import UUID

import orjson
from arq.connections import ArqRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.shared.database.pool import Pool
from services.shared.jobs.store import take_outbox

logger = logging.getLogger(__name__)

QUEUE = "livecup:jobs"
TASK = "perform"  # the one function the scorer's arq worker knows
_BATCH = 500


def message_id(job_id: UUID, attempt: int) -> str:
    """arq's id of one attempt. It is never used twice: arq refuses an id for as long as a killed worker holds it."""
    return f"{job_id}:{attempt}"


async def send_waiting(pool: Pool, redis: Redis) -> int:
    """Sends what waits in the outbox and answers how many messages that were.

    A message leaves the outbox only when Redis has taken it. With Redis away this logs, answers 0 and raises nothing:
    the scorer's sweeper calls it again.
    """
    queue = ArqRedis(redis.connection_pool, job_serializer=orjson.dumps, default_queue_name=QUEUE)
    sent = 0
    try:
        while batch := await _send_batch(pool, queue):
            sent += batch
    except (RedisError, OSError) as error:
        logger.warning("messages stay in the outbox, Redis is away: %s", error)
    return sent


async def _send_batch(pool: Pool, queue: ArqRedis) -> int:
    async with pool.acquire() as connection, connection.transaction():
        waiting = await take_outbox(connection, _BATCH)
        for row in waiting:
            identity = message_id(row["id"], row["attempt"])
            await queue.enqueue_job(
                TASK, str(row["id"]), row["attempt"], _job_id=identity, _defer_until=row["run_after"]
            )
    return len(waiting)
