"""Where measurements happen: servers in a folder that is thrown away, a fresh database for each, real processes."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import httpx
from redis.asyncio import Redis

from services.cli.migrate import SignIn, prepare_database
from services.shared.changes import connect_redis, listen
from services.shared.database.embedded import EmbeddedServers
from services.shared.database.pool import OwnConnection, Pool, connect, open_pool
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue, send_waiting
from services.shared.processes import as_child
from tests.bench.measurement import Took

ROOT = Path(__file__).parents[2]
READY_SECONDS, JOB_SECONDS = 30, 900
_AT_WORK = "select exists (select from jobs where state in ('QUEUED', 'RUNNING'))"
UNFINISHED = {None, "QUEUED", "READING", "RUNNING"}


class NotMeasuredError(Exception):
    """What should have been measured did not come about; the message says what happened instead."""


@dataclass(frozen=True)
class Stage:
    """One measurement's own database, queue and folder."""

    folder: Path
    database_url: str
    redis_url: str
    owner: OwnConnection  # for what only an owner may do, such as emptying tables
    pool: Pool
    redis: Redis
    organiser: SignIn

    @property
    def home(self) -> Path:
        """The services' home folder."""
        return self.folder / "home"

    @contextlib.contextmanager
    def worker(self) -> Iterator[int]:
        """A scorer process, as `./livecup up` starts it; its pid."""
        with self._process("scorer", [sys.executable, "-m", "services.scorer.worker"], {}) as process:
            yield process.pid

    @contextlib.contextmanager
    def server(self, application: str, **environment: str) -> Iterator[tuple[str, int]]:
        """A granian process with one ASGI application (`module:factory`); answers its host and port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            host, port = probe.getsockname()
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-access-log"]
        command += ["--host", host, "--port", str(port), "--log-level", "warning"]
        command += ["--workers-kill-timeout", "5", "--loop", "uvloop", application]
        with self._process(application.partition(":")[0], command, environment) as child:
            _wait_until_ready(f"http://{host}:{port}/readyz", child)
            yield host, port

    @contextlib.contextmanager
    def _process(self, name: str, command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        settings = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "LIVECUP_HOME": str(self.home),
            "LIVECUP_DIE_WITH_PARENT": "1",
        }
        log = self.folder / f"{name}.log"
        with log.open("ab") as output:
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **settings, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=as_child(signal.SIGKILL),
            )
        try:
            yield child
        except BaseException:
            sys.stderr.write(log.read_text(errors="replace")[-2000:])
            raise
        finally:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    async def job(self, kind: JobKind, subject_id: UUID) -> Took:
        """Leaves a job, waits for the news that its effect was committed, and answers what it took from its start.

        Both ends are read from this machine's clock: the start is what PostgreSQL noted, the end is when the news came.
        """
        ended, state = 0.0, None
        news = listen(self.redis, subject_id)
        async with asyncio.timeout(JOB_SECONDS):
            await anext(news)
            async with self.pool.acquire() as connection, connection.transaction():
                await enqueue(connection, kind, subject_id)
            await send_waiting(self.pool, self.redis)
            while state in UNFINISHED:
                state, ended = (await anext(news)).get("state"), time.time()
        if state not in {"ACCEPTED", "SCORED", "READY"}:
            raise NotMeasuredError(f"{kind} ended as {state}")
        row = await self.pool.fetchrow("select queued_at, started_at from jobs where subject_id = $1", subject_id)
        assert row is not None
        await self._come_to_rest()
        waited = row["started_at"] - row["queued_at"]
        return Took(ended - row["started_at"].timestamp(), waited.total_seconds())

    async def _come_to_rest(self) -> None:
        """Until nothing is left of what follows from a job, so that it disturbs no other measurement."""
        async with asyncio.timeout(JOB_SECONDS):
            while await self.pool.fetchval(_AT_WORK):  # noqa: ASYNC110 (the worker is another process)
                await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def stage(servers: EmbeddedServers) -> AsyncIterator[Stage]:
    """A fresh database with the present schema, an empty queue and an empty folder."""
    name = f"bench_{new_id().hex}"
    owner = await connect(servers.owner_database_url)
    await owner.execute(f"create database {name}")
    await owner.close()
    owner_url, database_url = _database(servers.owner_database_url, name), _database(servers.database_url, name)
    organiser = await prepare_database(owner_url, database_url)
    assert organiser is not None
    folder = servers.folder / name
    folder.mkdir()
    owner = await connect(owner_url)
    redis = connect_redis(servers.redis_url)
    await redis.flushall()
    async with await open_pool(database_url, max_size=4) as pool:
        yield Stage(folder, database_url, servers.redis_url, owner, pool, redis, organiser)
    await redis.aclose()
    await owner.close()


def _database(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _wait_until_ready(url: str, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if client.get(url).status_code == httpx.codes.OK:
                    return
            if child.poll() is not None or time.monotonic() > deadline:
                raise NotMeasuredError(f"{url} does not answer")
            time.sleep(0.05)
