"""The scorer as a process of its own, as an installation runs it but for one thing: it is forked from a process that
has imported everything, which saves two seconds a start."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from services.scorer import worker
from services.shared.settings import Settings

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["services.scorer.worker"])


def _run(environment: Mapping[str, str], log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(environment)
    worker.main()


class WorkerProcess:
    """`with WorkerProcess(settings) as worker:`; killed at the end if it still runs."""

    def __init__(self, settings: Settings, *, redis_url: str | None = None, fault: str = "") -> None:
        self._log = settings.home / "worker.log"
        environment = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": redis_url or settings.redis_url,
            "LIVECUP_HOME": str(settings.home),
            "LIVECUP_SECRET_KEY": settings.secret_key.get_secret_value(),
            "LIVECUP_JOB_LEASE_SECONDS": "1",
            "LIVECUP_PARSER_CHILDREN": "1",
            "LIVECUP_DIE_WITH_PARENT": "1",
            "LIVECUP_FETCH_HOSTS": settings.fetch_hosts,
            "LIVECUP_FETCH_LOOPBACK": str(settings.fetch_loopback),
            "LIVECUP_FAULT": fault,
        }
        settings.home.mkdir(parents=True, exist_ok=True)
        self.process = _context.Process(target=_run, args=(environment, str(self._log)), daemon=True)

    def __enter__(self) -> "WorkerProcess":
        self.process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.join()

    @property
    def log(self) -> str:
        """The end of what it said."""
        return Path(self._log).read_text(errors="replace")[-3000:]

    async def ended(self, seconds: float = 60) -> int | None:
        """Waits for the process to end by itself and answers its exit code: negative for a signal, None for none."""
        await asyncio.to_thread(self.process.join, seconds)
        return self.process.exitcode

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
        """Waits until something has come about."""
        deadline = time.monotonic() + seconds
        while not await condition():
            assert self.process.is_alive(), f"the worker ended: {self.log}"
            assert time.monotonic() < deadline, f"it did not come about: {self.log}"
            await asyncio.sleep(0.02)
