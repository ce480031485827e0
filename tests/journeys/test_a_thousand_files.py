"""`./livecup upload` of a thousand files, 37 of them bad, in a folder and in a zip; broken off and repeated."""

import asyncio
import json
import os
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.cli.credentials import Credentials, keep
from services.cli.instance import Instance
from services.shared.database.pool import Pool
from tests.journeys.conftest import Organiser, organise
from tests.journeys.test_one_export_file import CONTEST, RULES
from tests.journeys.thousand import ACCOUNTS, BAD, EXPORTED_AT, GOOD, roster, write_folder

ROOT = Path(__file__).parents[2]
_ENDED = (
    "select count(*) from uploads u join contests c on c.id = u.contest_id where c.slug = $1 and u.state = 'ACCEPTED'"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("thousand") / "files"
    write_folder(place)
    return place


@pytest.fixture(scope="module")
def archive(folder: Path) -> Path:
    path = folder.parent / "files.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*.*")):
            packed.write(file, file.relative_to(folder))
    return path


@asynccontextmanager
async def a_contest(instance: Instance, folder: Path, slug: str) -> AsyncIterator[Organiser]:
    """A contest with the ten accounts, and the organiser signed in on the command line."""
    place = folder / slug
    place.mkdir()
    (place / "contest.toml").write_text(CONTEST.replace("one-file", slug), encoding="utf-8")
    (place / "quotas.csv").write_text("city,veteran\n恩施州,10\n", encoding="utf-8")
    (place / "rules.toml").write_text(RULES, encoding="utf-8")
    (place / "推荐表.csv").write_text(roster(), encoding="utf-8-sig")
    async with organise(instance, place / "contest.toml") as organiser:
        (imported,) = await organiser.import_rosters([place / "推荐表.csv"])
        assert imported["lines"]["new"] == ACCOUNTS, imported
        token = organiser.client._http.headers["Authorization"].removeprefix("Bearer ")
        keep(Credentials(instance.url, "organiser", token, "2999-01-01T00:00:00Z"), instance.settings.home)
        yield organiser


async def typed(instance: Instance, path: Path, slug: str) -> asyncio.subprocess.Process:
    """The command as somebody types it, in a process of its own."""
    said = ["upload", str(path), "--contest", slug, "--exported-at", EXPORTED_AT, "--json"]
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", *said),
        cwd=ROOT,
        env={**os.environ, "LIVECUP_HOME": str(instance.settings.home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def finished(command: asyncio.subprocess.Process) -> dict[str, Any]:
    """What it answered, having said by its exit code that some files do not count."""
    said, trouble = await command.communicate()
    assert command.returncode == 1, trouble.decode()[-2000:]
    answer: dict[str, Any] = json.loads(said)
    return answer


async def half_way(database: Pool, slug: str) -> None:
    while await database.fetchval(_ENDED, slug) < GOOD // 2:  # noqa: ASYNC110 (other processes are at work)
        await asyncio.sleep(0.02)


def kill_the_worker(instance: Instance) -> None:
    """As the machine might; `./livecup up` starts another."""
    worker = instance._children["scorer"]
    worker.kill()
    worker.wait()
    instance._run("scorer")


def require_each_explained(answer: dict[str, Any]) -> None:
    """Every bad file is named with its own code, in words that say what to do; none of the good ones is."""
    told: dict[str, set[str]] = {}
    for problem in answer["problems"]:
        assert problem["message"]
        told.setdefault(problem["file"].rpartition("/")[2], set()).add(problem["code"])
    assert {name.partition(" ")[2].removesuffix(".xlsx"): codes for name, codes in told.items()} == {
        what: {code} for what, (_, code) in BAD.items()
    }


async def end_state(organiser: Organiser, database: Pool) -> tuple[Any, ...]:
    """What a contest has in the end, but for ids: the run's digest, and its files by state."""
    run = await organiser.score()
    slug = organiser.contest["slug"]
    states = await database.fetch(
        "select u.state, count(*) from uploads u join contests c on c.id = u.contest_id"
        " where c.slug = $1 and u.files_total = 0 and u.account_id is not null group by 1 order by 1",
        slug,
    )
    return run["digest"], [tuple(state) for state in states]


@pytest.fixture
def quickly_given_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent worker's job, when it is killed."""
    monkeypatch.setenv("LIVECUP_JOB_LEASE_SECONDS", "2")


async def through_a_zip(
    instance: Instance, database: Pool, archive: Path, folder: Path, slug: str, *, kill: bool
) -> Any:
    async with a_contest(instance, folder, slug) as organiser:
        command = await typed(instance, archive, slug)
        if kill:
            await half_way(database, slug)
            kill_the_worker(instance)
        answer = await finished(command)
        assert (answer["loaded"], answer["duplicate"], answer["refused"]) == (GOOD, 0, 37)
        require_each_explained(answer)
        return await end_state(organiser, database)


async def through_a_folder(instance: Instance, database: Pool, files: Path, folder: Path) -> Any:
    """Command and worker are killed half-way; the same command again brings it to the end."""
    async with a_contest(instance, folder, "folder") as organiser:
        command = await typed(instance, files, "folder")
        await half_way(database, "folder")
        command.kill()
        await command.communicate()
        kill_the_worker(instance)
        answer = await finished(await typed(instance, files, "folder"))
        assert answer["loaded"] + answer["duplicate"] == GOOD
        assert answer["duplicate"] >= GOOD // 2
        assert answer["refused"] == 37
        require_each_explained(answer)
        return await end_state(organiser, database)


async def test_a_thousand_files_with_37_bad_ones(
    quickly_given_to_another: None, instance: Instance, database: Pool, folder: Path, archive: Path, tmp_path: Path
) -> None:
    assert len(BAD) == 37
    undisturbed = await through_a_zip(instance, database, archive, tmp_path, "zip", kill=False)
    assert await through_a_folder(instance, database, folder, tmp_path) == undisturbed
    if os.environ.get("LIVECUP_LONG") == "1":
        assert await through_a_zip(instance, database, archive, tmp_path, "zip-killed", kill=True) == undisturbed
