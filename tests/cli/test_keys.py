"""The keys' whole life through the command line, on a real database; killed in the middle, nothing has happened."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.shared.database.pool import Pool, connect
from services.shared.key_rotation.running import keep_holding
from services.shared.personal_data import Key, Vault
from services.shared.personal_data.keys import read_keys
from tests.factories import a_contest
from tests.shared.key_rotation.people import ID_NUMBERS, a_sealed_person, other_values

WAITING = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"
KEY = Key(1, b"\x5a" * 32)


class Operator:
    """Runs `keys` as somebody on the server would."""

    def __init__(self, home: Path, database_url: str, setting: str = "") -> None:
        self.environment = {
            **os.environ,
            "LIVECUP_HOME": str(home),
            "DATABASE_URL": database_url,
            "LIVECUP_SECRET_KEY": setting,
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "services.cli", "keys", *words]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    async def run(self, *words: str) -> tuple[int, Any, str]:
        """Exit code, the object of --json, and what was said on standard error."""
        child = self.start(*words, "--json")
        out, err = await asyncio.to_thread(child.communicate)
        return child.returncode, json.loads(out) if out else None, err


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "secret_key").write_text(KEY.secret.hex())
    return folder


async def test_a_key_is_added_taken_into_use_and_the_old_one_dropped(
    home: Path, database: Pool, database_url: str
) -> None:
    contest = await a_contest(database)
    who = await a_sealed_person(contest, Vault([KEY]), 1)
    operator = Operator(home, database_url)
    assert await operator.run("new") == (0, {"key": 2, "keys": [2, 1], "setting": None, "recorded": True}, "")
    refused, nothing, said = await operator.run("drop", "1")
    assert (refused, nothing) == (1, None)
    assert "contestants.id_number 1" in said
    assert (await operator.run("rotate"))[1] == {"key": 2, "people": 1, "values": 0, "listed": 0}
    uses = (await operator.run("status"))[1]["keys"]
    assert [(use["key"], use["droppable"]) for use in uses] == [(2, False), (1, True)]
    service = asyncio.create_task(keep_holding(database_url, 1))  # was not restarted
    while not await database.fetchval("select count(*) from pg_locks where locktype = 'advisory' and objid = 1"):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    refused, nothing, said = await operator.run("drop", "1")
    assert (refused, nothing) == (1, None)
    assert "restart every service" in said
    assert [key.id for key in read_keys((home / "secret_key").read_text())] == [2, 1]
    service.cancel()
    await asyncio.wait({service})
    assert (await operator.run("drop", "1"))[1] == {"dropped": 1, "keys": [2], "setting": None}
    assert read_keys((home / "secret_key.dropped-1").read_text()) == (KEY,)
    (left,) = read_keys((home / "secret_key").read_text())
    sealed = await database.fetchval("select id_number_sealed from contestants")
    assert (left.id, Vault([left]).open(sealed, who)) == (2, ID_NUMBERS[0])
    assert (await operator.run("drop", "2"))[0] == 1
    entries = await database.fetch("select action, login, changes -> 'key' as key from audit_entries order by id")
    assert [tuple(entry) for entry in entries] == [
        ("NEW_KEY", "livecup keys", [None, 2]),
        ("ROTATE_KEYS", "livecup keys", [None, 2]),
        ("DROP_KEY", "livecup keys", [1, None]),
    ]


async def test_a_key_is_added_without_a_database_and_it_is_said_that_it_is_not_on_record(home: Path) -> None:
    code, answer, said = await Operator(home, "postgresql://127.0.0.1:1/nowhere").run("new")
    assert (code, answer) == (0, {"key": 2, "keys": [2, 1], "setting": None, "recorded": False})
    assert "没有写入操作记录" in said
    assert [key.id for key in read_keys((home / "secret_key").read_text())] == [2, 1]
    before = (home / "secret_key").read_text()
    assert (await Operator(home, "postgresql://127.0.0.1:1/nowhere").run("drop", "1"))[0] == 1
    assert (home / "secret_key").read_text() == before


async def test_keys_of_a_setting_are_shown_instead_of_kept(home: Path, database_url: str) -> None:
    kept = (home / "secret_key").read_text()
    _, answer, _ = await Operator(home, database_url, KEY.secret.hex()).run("new")
    assert read_keys(answer["setting"])[1:] == (KEY,)
    assert (home / "secret_key").read_text() == kept


async def test_a_missing_key_is_named_and_nothing_is_changed(home: Path, database: Pool, database_url: str) -> None:
    contest = await a_contest(database)
    await a_sealed_person(contest, Vault([Key(7, bytes(32))]), 1)
    before = await database.fetchval("select id_number_sealed from contestants")
    code, _, said = await Operator(home, database_url).run("rotate")
    assert code == 1
    assert "7" in said
    code, answer, _ = await Operator(home, database_url).run("status")
    assert (code, answer["keys"][1]["known"]) == (1, False)
    assert await database.fetchval("select id_number_sealed from contestants") == before


async def test_a_rotation_that_is_killed_has_changed_nothing_and_can_be_run_again(
    home: Path, database: Pool, database_url: str
) -> None:
    contest = await a_contest(database)
    await a_sealed_person(contest, Vault([KEY]), 1)
    await other_values(contest, Vault([KEY]))
    operator = Operator(home, database_url)
    await operator.run("new")
    holder = await connect(database_url)
    async with holder.transaction():
        await holder.execute("select from documents for update")  # the last that it comes to
        child = operator.start("rotate")
        while not await database.fetchval(WAITING):
            assert child.poll() is None
            await asyncio.sleep(0.05)
        child.kill()
        await asyncio.to_thread(child.communicate)
    await holder.close()
    keys = "select get_byte(id_number_sealed, 0), get_byte(totp_sealed, 0) from contestants, users"
    while await database.fetchval(WAITING):  # noqa: ASYNC110  the server has to notice by itself
        await asyncio.sleep(0.05)
    assert [tuple(row) for row in await database.fetch(keys)] == [(1, 1)]
    assert (await operator.run("rotate"))[1] == {"key": 2, "people": 1, "values": 9, "listed": 0}
    assert [tuple(row) for row in await database.fetch(keys)] == [(2, 2)]
