"""ID and phone numbers that came in are found nowhere but sealed: planted, then looked for in every place."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

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
from tests.journeys.planted import GOOD, OTHER, PHONES, PLANTED, THIRD, WRONG, Answers, overheard, places, traces
from tests.people import a_window
from tests.scorer.files import roster

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
    answers = Answers()
    first = instance.organiser
    assert first is not None
    async with overheard(redis) as heard, Client(instance.url) as visitor:
        token = (await visitor.mutate("SignIn", login=first.login, password=first.password))["token"]
        async with Client(instance.url, token) as client:
            client._http.event_hooks["response"].append(answers.keep)
            file.write_bytes(roster(*people))
            await walk(client, contest, file)
            everyone = await ask(client, ASK, contest=gid("Contest", contest.id))
            ids = {one["name"]: one["id"] for one in everyone["contestants"]["nodes"]}
            whole = await ask(client, REVEAL, input={"contestantId": ids["赵六"], "reason": "核对"})
            assert whole["revealPersonalData"]["idNumber"] == OTHER
            assert OTHER in answers.pop()  # the one answer that is meant to hold it
            await ask(client, ERASE, input={"contestantId": ids["赵六"], "reason": "本人要求"})
            await asyncio.sleep(0.5)  # the last news
    found = {
        "answers": "\n".join(answers),
        "heard": "\n".join(heard),
        **await places(database, redis, settings),
    }
    assert {name: traces(text) for name, text in found.items() if traces(text)} == {}
    logs = [name for name in found if name.endswith(".log")]
    assert sorted(Path(name).name for name in logs) == ["api.log", "scorer.log"]
    assert all(HANDLE in found[name] for name in ("answers", "database"))
    assert "livecup:changed" in found["heard"]


def test_the_search_finds_what_is_there() -> None:
    for value in PLANTED:
        assert value in traces(f"x{value}y")
        assert value in traces(value.encode().hex())
        assert value in traces(f"****{value[-6:]}")
    assert traces(f"{GOOD[:4]}**********{GOOD[-4:]} {PHONES[0][:3]}****{PHONES[0][-4:]}") == []
