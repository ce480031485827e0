"""ID and phone numbers that came in are found nowhere but sealed: planted, then looked for in every place."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from services.cli.client import Client
from services.cli.instance import Instance, free_port
from services.cli.roster import import_rosters
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import EntryWay, ImportPolicy
from tests.api.conftest import gid
from tests.factories import AContest, a_contest
from tests.people import a_window, an_id_number
from tests.scorer.files import roster

GOOD, OTHER, THIRD = an_id_number(41_234), an_id_number(57_891), an_id_number(63_517)
WRONG = GOOD[:17] + ("1" if GOOD[17] != "1" else "2")  # its check digit is not what it should be
PHONES = ("13871650249", "13971650358", "138716502491")  # the last is too long
PLANTED = (GOOD, OTHER, THIRD, WRONG, *PHONES)
HANDLE = "planted_handle"  # not personal in this sense: the search must find it

ASK = """query ($contest: ID!, $search: String) {
  contestants(contestId: $contest, filter: {search: $search}) {
    totalCount nodes { id name idNumber phone account { handle } } }
  auditLog(contestId: $contest) { nodes { action reason changes { field before after } } }
  messages(contestId: $contest) { nodes { text } } }"""
REVEAL = """mutation ($input: RevealPersonalDataInput!) { revealPersonalData(input: $input) { __typename
  ... on RevealPersonalDataPayload { idNumber phone } ... on Error { code message } } }"""
ERASE = """mutation ($input: EraseContestantInput!) { eraseContestant(input: $input) { __typename
  ... on EraseContestantPayload { contestant { name idNumber phone } } ... on Error { code message } } }"""


def traces(text: str) -> list[str]:
    """Which planted values a text holds: whole, as the hex of a bytea, or their last six places by themselves."""
    ends = (value for value in PLANTED if re.search(rf"(?<![0-9A-Za-z.]){value[-6:]}(?![0-9A-Za-z])", text))
    whole = (value for value in PLANTED if value in text or value.encode().hex() in text)
    return sorted({*whole, *ends})


@asynccontextmanager
async def overheard(redis: Redis) -> AsyncIterator[list[str]]:
    """Every command that Redis gets meanwhile, published news among them."""
    heard: list[str] = []

    async def listen() -> None:
        async with redis.monitor() as monitor:
            async for command in monitor.listen():
                heard.append(str(command))  # noqa: PERF401  it is read while this goes on

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.2)
    try:
        yield heard
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def dumped(pool: Pool) -> str:
    """Every row of every table as text."""
    tables = await pool.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
    rows = [await pool.fetch(f"select t::text from {table['tablename']} t") for table in tables]
    return "\n".join(row[0] for each in rows for row in each)


async def kept(redis: Redis) -> str:
    """Every key of Redis with its value."""
    return "\n".join([str((key, await redis.dump(key))) for key in await redis.keys("*")])


async def files_kept(pool: Pool, home: Path) -> list[Path]:
    """Every file in the home folder, but for a roster that was only tried: it waits to be imported."""
    rows = await pool.fetch("select upload_id from roster_imports group by upload_id having bool_and(dry_run)")
    waiting = {str(row["upload_id"]) for row in rows}
    return [path for path in home.rglob("*") if path.is_file() and path.name not in waiting]  # noqa: ASYNC240


@pytest.fixture
async def instance(settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Instance]:
    """Both services, logging as a collector wants it."""
    monkeypatch.setenv("LIVECUP_LOG_FORMAT", "json")
    async with Instance(settings.model_copy(update={"port": free_port()})) as running:
        yield running


@pytest.fixture
async def contest(database: Pool) -> AContest:
    made = await a_contest(database)
    await a_window(made, EntryWay.RECOMMENDED)
    return made


async def ask(client: Client, query: str, **variables: Any) -> Any:
    answer = await client._http.post(f"{client.server}/graphql", json={"query": query, "variables": variables})
    return answer.json()["data"]


async def walk(client: Client, contest: AContest, file: Path) -> None:
    """In by a roster with errors, looked at, searched for by the number itself, read whole, and erased."""
    for dry_run in (True, False):
        await import_rosters(
            client, gid("Contest", contest.id), [file], lambda _: None, policy=ImportPolicy.GOOD_ROWS, dry_run=dry_run
        )
    for search in (None, GOOD, PHONES[0]):
        await ask(client, ASK, contest=gid("Contest", contest.id), search=search)
    for text in (GOOD, f"Contestant:{GOOD}"):
        await ask(client, REVEAL, input={"contestantId": text, "reason": "核对"})
    await client._http.get(f"{client.server}/graphql?query={{viewer{{user{{login}}}}}}&operationName={GOOD}")
    for path in ("healthz", "readyz", f"uploads/{GOOD}", f"downloads/{GOOD}"):
        await client._http.get(f"{client.server}/{path}")


async def test_planted_numbers_are_found_nowhere(
    instance: Instance, contest: AContest, database: Pool, redis: Redis, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "推荐表.csv"
    people = [
        ("张三", GOOD, PHONES[0], f"抖音: {HANDLE}"),
        ("李四", WRONG, PHONES[0], "抖音: lisi"),
        ("王五", THIRD, PHONES[2], "抖音: wangwu"),
        ("赵六", OTHER, PHONES[1], "抖音: zhaoliu"),
        ("张三", THIRD[:15] + "000", PHONES[1], "抖音: zhangsan_again"),
    ]
    answers: list[str] = []

    async def keep(response: httpx.Response) -> None:
        answers.append((await response.aread()).decode(errors="replace"))

    first = instance.organiser
    assert first is not None
    async with overheard(redis) as heard, Client(instance.url) as visitor:
        token = (await visitor.mutate("SignIn", login=first.login, password=first.password))["token"]
        async with Client(instance.url, token) as client:
            client._http.event_hooks["response"].append(keep)
            file.write_bytes(roster(*people))
            await walk(client, contest, file)
            everyone = await ask(client, ASK, contest=gid("Contest", contest.id))
            ids = {one["name"]: one["id"] for one in everyone["contestants"]["nodes"]}
            whole = await ask(client, REVEAL, input={"contestantId": ids["赵六"], "reason": "核对"})
            assert whole["revealPersonalData"]["idNumber"] == OTHER
            assert OTHER in answers.pop()  # the one answer that is meant to hold it
            await ask(client, ERASE, input={"contestantId": ids["赵六"], "reason": "本人要求"})
            await asyncio.sleep(0.5)  # the last news
    places = {
        "answers": "\n".join(answers),
        "database": await dumped(database),
        "redis": await kept(redis),
        "heard": "\n".join(heard),
        **{str(each): each.read_bytes().decode("latin-1") for each in await files_kept(database, settings.home)},
    }
    assert {name: traces(text) for name, text in places.items() if traces(text)} == {}
    logs = [name for name in places if name.endswith(".log")]
    assert sorted(Path(name).name for name in logs) == ["api.log", "scorer.log"]
    assert all(HANDLE in places[name] for name in ("answers", "database"))
    assert "livecup:changed" in places["heard"]


def test_the_search_finds_what_is_there() -> None:
    for value in PLANTED:
        assert value in traces(f"x{value}y")
        assert value in traces(value.encode().hex())
        assert value in traces(f"****{value[-6:]}")
    assert traces(f"{GOOD[:4]}**********{GOOD[-4:]} {PHONES[0][:3]}****{PHONES[0][-4:]}") == []
