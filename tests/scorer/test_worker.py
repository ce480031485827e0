"""The worker as a process: with Redis emptied, restarted and away, with a dead colleague, and when it is stopped."""

import asyncio
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.scorer.context import Scorer
from services.shared.changes import connect_redis, listen
from services.shared.database.embedded import _valkey_binary
from services.shared.database.pool import Pool
from services.shared.jobs import QUEUE, message_id, send_waiting
from services.shared.processes import as_child
from services.shared.settings import Settings
from services.shared.vocabulary import RunStage
from tests.factories import AContest, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import tuples
from tests.scorer.files import works
from tests.scorer.worker_process import WorkerProcess


class Valkey:
    """A Redis of the test's own, to stop and start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(_valkey_binary()), "--port", str(self._port), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, cwd=self._folder, preexec_fn=as_child(signal.SIGKILL)
        )

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def ready(self) -> None:
        client = Redis.from_url(self.url)
        async with asyncio.timeout(20):
            while True:
                try:
                    await client.ping()
                    break
                except (RedisError, OSError):
                    await asyncio.sleep(0.02)
        await client.aclose()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path)
    yield server
    server.stop()


async def _scored(pool: Pool, run_id: UUID) -> bool:
    return bool(await pool.fetchval("select state = 'SCORED' from scoring_runs where id = $1", run_id))


async def test_messages_carry_ids_as_json_and_nothing_else(scorer: Scorer, database: Pool, redis: Redis) -> None:
    contest = await a_contest(database)
    run_id = await a_run(contest)
    assert await send_waiting(database, redis) == 1
    assert await send_waiting(database, redis) == 0
    job_id = await database.fetchval("select id from jobs where subject_id = $1", run_id)
    assert await redis.zrange(QUEUE, 0, -1) == [message_id(job_id, 1).encode()]
    message = await redis.get(f"arq:job:{job_id}:1")
    assert message.startswith(b'{"t":null,"f":"perform","a":["%s",1],"k":{}' % str(job_id).encode())


async def test_redis_is_emptied(settings: Settings, database: Pool, redis: Redis) -> None:
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    run_id = await a_run(contest)
    await send_waiting(database, redis)
    await redis.flushdb()
    with WorkerProcess(settings) as worker:
        await worker.until(lambda: _scored(database, run_id))
    assert await database.fetchval("select attempt from jobs") == 2


async def test_a_message_is_held_by_a_dead_worker(settings: Settings, database: Pool, redis: Redis) -> None:
    """Killed between taking the message and claiming the job: arq would not deliver that id for hours."""
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    run_id = await a_run(contest)
    await send_waiting(database, redis)
    job_id = await database.fetchval("select id from jobs")
    await redis.set(f"arq:in-progress:{job_id}:1", b"1")
    with WorkerProcess(settings) as worker:
        await worker.until(lambda: _scored(database, run_id))


async def test_redis_is_away_at_the_start_and_goes_away_later(
    settings: Settings, database: Pool, valkey: Valkey
) -> None:
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    first = await a_run(contest)
    with WorkerProcess(settings, redis_url=valkey.url) as worker:
        await asyncio.sleep(1.5)
        assert worker.process.is_alive()
        valkey.start()
        await worker.until(lambda: _scored(database, first))
        valkey.stop()
        second = await a_run(contest)
        await asyncio.sleep(1.5)
        assert worker.process.is_alive()
        valkey.start()  # empty: everything it knew is gone
        await worker.until(lambda: _scored(database, second))


async def test_stopped_it_hands_its_job_back_and_ends(
    settings: Settings, scorer: Scorer, database: Pool, redis: Redis
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    content = works(("甲", "2021-07-21 08:00:00", 1))
    upload_id = await an_upload(contest, scorer.files, "a.csv", content, account=zhang)
    lock = await database.acquire()
    transaction = lock.transaction()
    await transaction.start()
    await lock.execute("select 1 from contests for update")  # the job cannot end
    with WorkerProcess(settings) as worker:

        async def waits() -> bool:
            return bool(await database.fetchval("select exists (select from pg_locks where not granted)"))

        await worker.until(waits)
        worker.process.terminate()
        assert await worker.ended() == 0, worker.log
    await transaction.rollback()
    await database.release(lock)
    job = await tuples(database, "select state, attempt, tries from jobs where subject_id = $1", upload_id)
    assert job == [("QUEUED", 2, 0)]
    with WorkerProcess(settings) as worker:

        async def accepted() -> bool:
            return bool(await database.fetchval("select state = 'ACCEPTED' from uploads where id = $1", upload_id))

        await worker.until(accepted)
    assert await database.fetchval("select count(*) from works") == 1


async def test_postgresql_breaks_its_connections_off(settings: Settings, database: Pool, redis: Redis) -> None:
    """As a restart does: in the middle of a job's transaction."""
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    run_id = await a_run(contest)
    async with database.acquire() as lock:
        transaction = lock.transaction()
        await transaction.start()
        await lock.execute("select 1 from scoring_runs for update")
        with WorkerProcess(settings) as worker:

            async def broken_off() -> bool:
                query = (
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    " where datname = current_database() and wait_event_type = 'Lock'"
                )
                return bool(await database.fetchval(query))

            await worker.until(broken_off)
            await transaction.rollback()
            await worker.until(lambda: _scored(database, run_id))
    assert await database.fetchval("select count(*) from scores") == 1


async def test_news_arrive_while_a_job_is_done(settings: Settings, database: Pool, redis: Redis) -> None:
    contest: AContest = await a_contest(database)
    await an_account(contest, "zhangsan")
    run_id = await a_run(contest)
    client = connect_redis(settings.redis_url)
    told: list[tuple[str | int | None, ...]] = []
    with WorkerProcess(settings):
        async with asyncio.timeout(60):
            async for news in listen(client, run_id):
                told.append(tuple(news.get(key) for key in ("state", "stage", "done", "total")))
                if news.get("state") == "SCORED":
                    break
    await client.aclose()
    under_way = [("RUNNING", stage.value, done, len(RunStage)) for done, stage in enumerate(RunStage)]
    assert told == [(None, None, None, None), *under_way, ("SCORED", None, None, None)]
