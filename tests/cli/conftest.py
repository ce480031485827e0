"""Commands as somebody types them, against the API and a scorer in this process."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner

from services.cli import main
from services.cli.client import Client
from services.cli.output import PIPE_WIDTH, results
from services.scorer.context import Scorer
from services.scorer.jobs.perform import perform
from services.scorer.uploads.children import Limits, ParserPool
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from tests.api.conftest import running
from tests.factories import APerson
from tests.scorer.conftest import scorer  # noqa: F401  a fixture

Typed = Callable[..., Awaitable[str]]
_NEXT = "select id, attempt from jobs where state = 'QUEUED' order by created_at, id limit 1"


class _AsyncioHere:
    """`asyncio`, but `run` works in the loop of the test, where its database and API are."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


@pytest.fixture
async def working(scorer: Scorer) -> AsyncIterator[None]:  # noqa: F811
    """A scorer that does whatever waits."""

    async def work(busy: Scorer) -> None:
        while True:
            job = await busy.pool.fetchrow(_NEXT)
            if job is None:
                await asyncio.sleep(0.01)
            else:
                await perform(busy, job["id"], job["attempt"])

    async with ParserPool(1, Limits(cpu_seconds=30)) as parsers:
        task = asyncio.create_task(work(replace(scorer, parsers=parsers)))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def typed(
    settings: Settings, database: Pool, redis: Redis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Typed]:
    """Runs a command for somebody (nobody: not signed in) and answers what it printed; its failures are raised."""
    here, runner = _AsyncioHere(asyncio.get_running_loop()), CliRunner()
    monkeypatch.setenv("LIVECUP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(results, "width", PIPE_WIDTH)  # as into a pipe, whatever terminal the tests run in
    monkeypatch.setenv("LIVECUP_PASSWORD", "correct horse battery")
    token: list[str | None] = [None]

    async with running(settings) as api:

        def client(_server: str | None = None) -> Client:
            return Client("http://livecup.test", token[0], httpx.ASGITransport(api))

        for name, module in list(sys.modules.items()):
            if name.startswith("services.cli."):
                for attribute, stand_in in (("asyncio", here), ("signed_in", client), ("Client", client)):
                    if attribute in vars(module) and name != "services.cli.client":
                        monkeypatch.setattr(module, attribute, stand_in)

        async def type_in(who: APerson | None, *words: object, text: str | None = None) -> str:
            token[0] = who.token if who else None
            result = await asyncio.to_thread(runner.invoke, main.app, [str(word) for word in words], text)
            if result.exception is not None:
                raise result.exception
            return result.stdout

        yield type_in
