"""200 readers at once while runs are adopted and published back and forth: whatever one reads is of one run alone.

The two runs differ in every total and in the order, so that nothing of one can pass for the other's.
"""

import asyncio
import csv
import hashlib
import io
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx
import orjson
import pytest

from services.scorer.context import Scorer
from services.scorer.renditions.lists import as_csv
from services.shared.database.pool import Pool
from services.shared.publications.snapshot import read_snapshot
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from services.shared.words import Language
from tests.api.conftest import Ask, gid
from tests.api.publications.conftest import WITHDRAW, Publish, Stage, key
from tests.api.test_scoring_runs import ADOPT
from tests.api.test_sockets import granian, server  # noqa: F401  fixtures
from tests.factories import APerson, a_person, a_scored_run, an_account

READERS = {"judge": 80, "visitor": 60, "keeper": 30, "watcher": 30}
PEOPLE, PAGE, CHANGES = 30, 12, 3
PAUSE = 2  # seconds between two readings of one reader
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # one for all: each client would read the authorities anew

RANKINGS = f"""query ($round: ID!, $after: String) {{ rankings(roundId: $round, first: {PAGE}, after: $after) {{
  totalCount nodes {{ number total items {{ points }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
PUBLICATION = """query ($contest: String!) { publication(contest: $contest) {
  revision digest canonical withdrawnReason run { number digest }
  standings(first: 100) { totalCount nodes { number total items { points } } } } }"""
WATCH = """subscription ($round: ID!) { rankingsChanged(roundId: $round) { adoptedRun { number digest } } }"""

Lines = tuple[tuple[int, str], ...]  # number and total by position


@dataclass
class Seen:
    """The runs that each kind of reader has read since the last change, and how many it has read in all."""

    runs: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in READERS})
    readings: dict[str, int] = field(default_factory=lambda: dict.fromkeys(READERS, 0))
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def forget(self) -> None:
        for runs in self.runs.values():
            runs.clear()

    def note(self, kind: str, run: int) -> None:
        self.runs[kind].append(run)
        self.readings[kind] += 1
        self.changed.set()

    async def until(self, kinds: tuple[str, ...], run: int) -> None:
        """Until a run has been read half as often as there are readers of each kind."""
        async with asyncio.timeout(60):
            while not all(self.runs[kind].count(run) >= READERS[kind] // 2 for kind in kinds):
                self.changed.clear()
                await self.changed.wait()


@dataclass(frozen=True)
class Board:
    """What there is to read, and who reads it."""

    server: str
    stage: Stage
    judge: APerson
    runs: dict[int, Lines]  # by number
    digests: dict[int, str]
    seen: Seen

    def run_of(self, lines: Lines) -> int:
        """The one run whose list this is, whole and in order."""
        (run,) = [number for number, whole in self.runs.items() if whole == lines]
        return run

    async def ask(self, client: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
        answer = await client.post("/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == httpx.codes.OK, answer.text
        body: dict[str, Any] = answer.json()
        return body


def lines_of(nodes: list[dict[str, Any]]) -> Lines:
    for node in nodes:
        assert [item["points"] for item in node["items"]] == [node["total"]]
    return tuple((node["number"], node["total"]) for node in nodes)


async def judge(board: Board, client: httpx.AsyncClient) -> int | None:
    """The adopted run page by page. When another one was adopted meanwhile the next page is refused, never mixed."""
    lines: Lines = ()
    after = None
    while True:
        body = await board.ask(client, RANKINGS, round=board.stage.round, after=after)
        if "errors" in body:
            (error,) = body["errors"]
            assert (error["extensions"]["code"], after is not None) == ("CURSOR_OF_ANOTHER_LIST", True)
            return None
        page = body["data"]["rankings"]
        assert page["totalCount"] == PEOPLE
        lines += lines_of(page["nodes"])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return board.run_of(lines)


async def visitor(board: Board, client: httpx.AsyncClient) -> int | None:
    """What is published: its head, its list and its signed form are of one revision."""
    found = (await board.ask(client, PUBLICATION, contest=board.stage.slug))["data"]["publication"]
    if found is None:
        return None
    run = board.run_of(lines_of(found["standings"]["nodes"]))
    assert found["standings"]["totalCount"] == PEOPLE
    assert found["run"] == {"number": run, "digest": board.digests[run]}
    assert hashlib.sha256(found["canonical"].encode()).hexdigest() == found["digest"]
    snapshot = read_snapshot(found["canonical"].encode())
    assert (snapshot.revision, snapshot.run.number) == (found["revision"], run)
    assert board.run_of(tuple((one.number, str(one.total)) for one in snapshot.standings)) == run
    return None if found["withdrawnReason"] else run


async def keeper(board: Board, client: httpx.AsyncClient) -> int | None:
    """The files of what is published: each is wholly of the revision that its address names."""
    asked = {"contest": board.stage.slug}
    found = (await board.ask(client, PUBLICATION, **asked))["data"]["publication"]
    if found is None:
        return None
    run, place = found["run"]["number"], f"/publications/{board.stage.slug}/{found['revision']}"
    kept = await client.get(f"{place}/snapshot.json")
    assert hashlib.sha256(kept.content).hexdigest() == found["digest"]
    table = await client.get(f"{place}/zh-CN.csv")
    if table.status_code == httpx.codes.NOT_FOUND:  # not made yet
        return None
    head, *rows = csv.reader(io.StringIO(table.content.decode("utf-8-sig")))
    number, total = head.index("选手编号"), head.index("总分")
    assert board.run_of(tuple((int(row[number]), row[total]) for row in rows)) == run
    return None if found["withdrawnReason"] else run


async def watcher(board: Board, client: httpx.AsyncClient, events: AsyncIterator[dict[str, Any]]) -> int | None:
    """Told that another run is shown: which one, then what it found, as a judge reads it."""
    told = (await anext(events))["adoptedRun"]
    assert told["digest"] == board.digests[told["number"]]
    return await judge(board, client)


async def watched(board: Board, client: httpx.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    body, headers = {"query": WATCH, "variables": {"round": board.stage.round}}, {"accept": "text/event-stream"}
    async with client.stream("POST", "/graphql", json=body, headers=headers) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                yield orjson.loads(line[6:])["data"]["rankingsChanged"]


Reader = Callable[[Board, httpx.AsyncClient], Coroutine[Any, Any, int | None]]
POLLING: dict[str, Reader] = {"judge": judge, "visitor": visitor, "keeper": keeper}


async def read_on(board: Board, kind: str, place: int) -> None:
    """One reader at an address of their own, over connections of their own, until everybody is sent home."""
    headers = {"x-forwarded-for": f"10.{list(READERS).index(kind)}.0.{place}"}
    if kind in ("judge", "watcher"):
        headers["authorization"] = f"Bearer {board.judge.token}"
    async with httpx.AsyncClient(
        base_url=f"http://{board.server}", headers=headers, timeout=60, trust_env=False, verify=NO_TLS
    ) as client:
        if kind == "watcher":
            async with aclosing(watched(board, client)) as events:  # type: ignore[type-var]
                while True:
                    if (run := await watcher(board, client, events)) is not None:
                        board.seen.note(kind, run)
        await asyncio.sleep(PAUSE * place / READERS[kind])  # they do not all come at the same moment
        while True:
            if (run := await POLLING[kind](board, client)) is not None:
                board.seen.note(kind, run)
            await asyncio.sleep(PAUSE)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Each reader has an address of their own, as behind our own proxy."""
    return settings.model_copy(update={"trusted_proxies": "127.0.0.1/32"})


@pytest.fixture
async def client(server: str) -> AsyncIterator[httpx.AsyncClient]:  # noqa: F811
    """The organisers speak to the real server too."""
    async with httpx.AsyncClient(base_url=f"http://{server}", timeout=60, trust_env=False) as each:
        yield each


@pytest.fixture
async def board(server: str, database: Pool, stage: Stage) -> Board:  # noqa: F811
    """Two more runs of thirty people: the second has them the other way round, each with a quarter point more."""
    people = [*stage.accounts]
    people += [await an_account(stage.contest, f"主播{number}", city=number % 2) for number in range(4, PEOPLE)]
    runs = [await a_scored_run(stage.contest, order) for order in (people, people[::-1])]
    await database.execute(
        "update scores set total = total + 0.25, items = replace(items::text, '.50', '.75')::json where run_id = $1",
        runs[1],
    )
    lists, digests = {}, {}
    for run in runs:
        row = await database.fetchrow("select number, digest from scoring_runs where id = $1", run)
        assert row is not None
        lines = await database.fetch(
            "select p.number, s.total from scores s join contestants p on p.id = s.contestant_id where s.run_id = $1"
            " order by s.position",
            run,
        )
        lists[row["number"]] = tuple((line["number"], str(line["total"])) for line in lines)
        digests[row["number"]] = row["digest"]
    first, second = (dict(lines) for lines in lists.values())
    assert not [number for number in first if first[number] == second[number]]
    await database.execute("update rounds set adopted_run_id = $2 where id = $1", stage.contest.round_id, runs[0])
    return Board(server, stage, await a_person(database, Role.JUDGE, stage.contest), lists, digests, Seen())


@dataclass(frozen=True)
class Organisers:
    """They adopt one run and the other in turn, publish each, and withdraw it."""

    board: Board
    ask: Ask
    publish: Callable[..., Awaitable[dict[str, Any]]]
    scorer: Scorer

    async def work(self) -> None:
        pool, seen = self.scorer.pool, self.board.seen
        ids = {row["number"]: row["id"] for row in await pool.fetch("select id, number from scoring_runs")}
        for _, number in zip(range(CHANGES), cycle(reversed(self.board.runs)), strict=False):
            seen.forget()
            adopted = {"runId": gid("ScoringRun", ids[number]), "reason": "轮流采用"}
            answer = await self.ask(ADOPT, self.board.stage.host, input=adopted)
            assert answer["adoptRun"]["__typename"] == "AdoptRunPayload"
            await seen.until(("judge", "watcher"), number)
            made = await self.publish(noticeUntil=None, noticeDays=5, reason="轮流公示")
            await self._render(made)
            await seen.until(("visitor", "keeper"), number)
            withdrawn = {"publicationId": made["id"], "reason": "轮流撤回"}
            answer = await self.ask(WITHDRAW, self.board.stage.host, input=withdrawn)
            assert answer["withdrawPublication"]["publication"]["state"] == "APPROVED"

    async def _render(self, made: dict[str, Any]) -> None:
        """The table alone: all the other documents of so many revisions would take longer than the readers."""
        pool = self.scorer.pool
        row = await pool.fetchrow(
            "select digest, canonical from current_snapshots where publication_id = $1", key(made)
        )
        assert row is not None
        content = as_csv(read_snapshot(row["canonical"]), Language.ZH)
        await pool.execute(
            "insert into renditions (publication_id, digest, language, format, sha256, content)"
            " values ($1, $2, 'ZH', 'CSV', $3, $4)",
            *(key(made), row["digest"], hashlib.sha256(content).hexdigest(), content),
        )


async def test_two_hundred_readers_never_read_a_mixture(
    board: Board, ask: Ask, publish: Publish, scorer: Scorer
) -> None:
    organisers = Organisers(board, ask, publish, scorer)
    async with asyncio.TaskGroup() as everybody:
        readers = [
            everybody.create_task(read_on(board, kind, place))
            for kind, many in READERS.items()
            for place in range(many)
        ]
        assert len(readers) == 200
        await organisers.work()
        for reader in readers:
            reader.cancel()
    assert all(count >= READERS[kind] for kind, count in board.seen.readings.items()), board.seen.readings
