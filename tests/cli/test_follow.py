"""Standings followed from the command line, over the real server."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from services.cli.client import Client
from services.cli.credentials import Credentials, keep
from services.cli.errors import CommandError
from services.cli.score import adopt_run
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import gid
from tests.api.test_sockets import granian, server  # noqa: F401  fixtures
from tests.cli.conftest import Typed
from tests.factories import AContest, APerson, a_contest, a_person, a_scored_run, an_account


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def test_standings_come_again_when_another_run_is_adopted(
    server: str,  # noqa: F811
    contest: AContest,
    organiser: APerson,
    tmp_path: Path,
) -> None:
    accounts = [await an_account(contest, name) for name in ("first", "second")]
    await a_scored_run(contest, accounts, adopted=True)
    other = await a_scored_run(contest, accounts[::-1])
    keep(Credentials(f"http://{server}", organiser.login, organiser.token, ""), tmp_path)
    following = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", "rankings", "--follow", "--json"),
        env={**os.environ, "LIVECUP_HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    lines = following.stdout
    assert lines is not None

    async def shown() -> list[str]:
        async with asyncio.timeout(60):
            found: dict[str, Any] = json.loads(await lines.readline())
        return [one["name"] for one in found["standings"]]

    try:
        assert await shown() == ["first", "second"]
        async with Client(f"http://{server}", organiser.token) as client:
            await adopt_run(client, gid("ScoringRun", other), "复核后采用")
        assert await shown() == ["second", "first"]
        following.send_signal(signal.SIGINT)
        _, said = await asyncio.wait_for(following.communicate(), 60)
    finally:
        if following.returncode is None:
            following.kill()
    assert (following.returncode, said) == (0, b"")


async def test_what_never_changes_is_not_followed(typed: Typed, organiser: APerson) -> None:
    with pytest.raises(CommandError, match="不能与 --run 同用"):
        await typed(organiser, "rankings", "--follow", "--run", 1)
