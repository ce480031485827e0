"""The scorer: `python -m services.scorer.worker`.

arq delivers messages; everything that must not be lost is in PostgreSQL. Stock arq ends with its Redis: here it is
started again and again, while jobs that are under way go on.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import orjson
import uvloop
from arq.connections import RedisSettings, create_pool
from arq.worker import Worker, func
from redis.exceptions import RedisError

from services.scorer import faults
from services.scorer.audit.seal import keep_sealing
from services.scorer.context import Scorer
from services.scorer.jobs.perform import perform
from services.scorer.jobs.sweep import keep_sweeping
from services.scorer.uploads.arrivals import keep_tidy
from services.scorer.uploads.children import Limits, ParserPool
from services.scorer.workspace import Workspace
from services.shared.changes import connect_redis
from services.shared.database.pool import open_pool
from services.shared.jobs import QUEUE, TASK
from services.shared.key_rotation.running import keep_holding
from services.shared.log import configure_logs
from services.shared.personal_data import open_vault
from services.shared.processes import die_with_parent
from services.shared.settings import Settings
from services.shared.storage import open_files

logger = logging.getLogger(__name__)

MOST_JOBS_AT_ONCE = 4
# arq's own limit, and for how long the id of a killed attempt stays blocked; the lease acts long before.
_JOB_SECONDS = 6 * 3600
_POLL_SECONDS = 0.05
_RECONNECT_SECONDS = 1.0
_SECONDS_TO_FINISH = 5.0


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Works until `stop` is set; then jobs get a moment to finish and are handed back after it."""
    async with open_scorer(settings) as scorer:
        beside = [
            asyncio.create_task(keep_sweeping(scorer)),
            asyncio.create_task(keep_sealing(scorer)),
            asyncio.create_task(keep_tidy(scorer)),
            asyncio.create_task(keep_holding(settings.database_url, scorer.vault.present)),
        ]
        try:
            await _keep_delivering(scorer, stop)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


@contextlib.asynccontextmanager
async def open_scorer(settings: Settings) -> AsyncIterator[Scorer]:
    """Everything the jobs work with, closed at the end."""
    limits = Limits(cpu_seconds=settings.parser_seconds, wall_seconds=2 * settings.parser_seconds)
    async with contextlib.AsyncExitStack() as stack:
        pool = await stack.enter_async_context(await open_pool(settings.database_url))
        redis = connect_redis(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        parsers = ParserPool(settings.parser_children, limits)  # its children are born with the first file
        stack.push_async_callback(parsers.close)
        work = Workspace(settings.home / "work")
        stack.callback(work.close)
        yield Scorer(settings, pool, redis, open_files(settings), open_vault(settings), parsers, work)


async def _keep_delivering(scorer: Scorer, stop: asyncio.Event) -> None:
    """One arq worker after the other: a new one whenever Redis was away."""
    leftovers: set[asyncio.Task[None]] = set()
    while not stop.is_set():
        try:
            worker = await _new_worker(scorer)
        except (RedisError, OSError) as error:
            logger.warning("waiting for Redis: %s", error)
        else:
            await _deliver(worker, stop)
            ending = asyncio.create_task(_end(worker, None if not stop.is_set() else _SECONDS_TO_FINISH))
            leftovers.add(ending)
            ending.add_done_callback(leftovers.discard)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _RECONNECT_SECONDS)
    if leftovers:
        _, late = await asyncio.wait(leftovers, timeout=_SECONDS_TO_FINISH + 1)
        for ending in late:
            ending.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _new_worker(scorer: Scorer) -> Worker:
    async def deliver(_: dict[str, Any], job_id: str, attempt: int) -> None:
        await perform(scorer, UUID(job_id), attempt)

    address = RedisSettings.from_dsn(scorer.settings.redis_url)
    address.conn_retries = 0
    queue = await create_pool(address, job_serializer=orjson.dumps, job_deserializer=orjson.loads)
    return Worker(
        functions=[func(deliver, name=TASK)],  # type: ignore[arg-type]
        queue_name=QUEUE,
        redis_pool=queue,
        handle_signals=False,
        max_jobs=MOST_JOBS_AT_ONCE,
        max_tries=1_000_000,  # tries are counted in PostgreSQL
        job_timeout=_JOB_SECONDS,
        keep_result=0,
        poll_delay=_POLL_SECONDS,
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        log_results=False,
    )


async def _deliver(worker: Worker, stop: asyncio.Event) -> None:
    """Until we are asked to stop or Redis goes away."""
    delivering = asyncio.create_task(worker.async_run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((delivering, stopping), return_when=asyncio.FIRST_COMPLETED)
    for task in (delivering, stopping):
        task.cancel()
    error, _ = await asyncio.gather(delivering, stopping, return_exceptions=True)
    if not isinstance(error, asyncio.CancelledError):
        logger.warning("deliveries stopped, will go on: %r", error)


async def _end(worker: Worker, seconds: float | None) -> None:
    """Lets the jobs of a worker that takes no more finish, for so long; then cancels them, which hands them back."""
    try:
        if worker.tasks:
            await asyncio.wait(worker.tasks.values(), timeout=seconds)
    finally:
        tasks = list(worker.tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            await worker.pool.aclose(close_connection_pool=True)


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    for stopping in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stopping, stop.set)
    await work(settings, stop)


def main() -> None:
    """The process: settings from the environment, until SIGTERM or Ctrl-C."""
    if os.environ.get("LIVECUP_DIE_WITH_PARENT") == "1":
        die_with_parent()
    settings = Settings.read()
    configure_logs(settings.log_format)
    faults.arm(settings.fault)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings))


if __name__ == "__main__":
    main()
