"""Reading the rankings over HTTP, page by page for the first time, and one page again and again."""

import asyncio
import contextlib
import http.client
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson

from services.shared.vocabulary import RunState
from tests.bench.bare_route import PAGE
from tests.bench.contest import Contest, lay_out
from tests.bench.measurement import Measurement, Plan, Took, measure, tell
from tests.bench.scoring import CONTESTANTS, add_run, fill, make_floor_table, score_in_sql
from tests.bench.stage import NotMeasuredError, Stage

AGAIN_REQUESTS = 400

# Thirteen fields of each standing.
RANKINGS = """
query Rankings($roundId: ID!, $runId: ID, $after: String) {
  rankings(roundId: $roundId, runId: $runId, first: 50, after: $after) {
    nodes {
      position rank cityRank divisionRank total
      items { item points }
      contestant { number name city { name } division { name } account { platform handle } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
ROUND = "query Round($slug: String!, $key: String!) { contest(slug: $slug) { round(key: $key) { id } } }"
RUNS = "query Runs($roundId: ID!) { scoringRuns(roundId: $roundId, first: 200) { nodes { id number } } }"
SIGN_IN = """
mutation SignIn($input: SignInInput!) { signIn(input: $input) { ... on SignInPayload { token } } }
"""


class Client:
    """One kept connection without a client library, whose own time would be added to both sides."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._connection = http.client.HTTPConnection(*address, timeout=60)
        self._headers = {"content-type": "application/json"}

    def sign_in(self, login: str, password: str) -> None:
        """As the organiser, who sees everything."""
        answer = self.ask(SIGN_IN, {"input": {"login": login, "password": password}})
        self._headers["authorization"] = f"Bearer {answer['signIn']['token']}"

    def ask(self, document: str, variables: dict[str, Any]) -> Any:
        """The data of an answer; raises NotMeasuredError when there is none."""
        answer = orjson.loads(self.post("/graphql", orjson.dumps({"query": document, "variables": variables})))
        if answer.get("errors") or not answer.get("data"):
            raise NotMeasuredError(f"no data: {answer}")
        return answer["data"]

    def post(self, path: str, body: bytes) -> bytes:
        """The bytes of the answer."""
        return self._request("POST", path, body)

    def get(self, path: str) -> bytes:
        """The bytes of the answer."""
        return self._request("GET", path, None)

    def _request(self, method: str, path: str, body: bytes | None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != http.client.OK:
            raise NotMeasuredError(f"{path} answers {response.status}: {content[:200]!r}")
        return content


@dataclass(frozen=True, slots=True)
class Reading:
    """A scored contest and the two servers to read it from."""

    api: Client
    bare: Client
    contest: Contest
    run_ids: Sequence[UUID]  # as PostgreSQL knows them, oldest first
    round_node: str  # and as clients know them
    run_nodes: Sequence[str]

    def page(self, run: int, after: str | None) -> bytes:
        """A page of ours, of the run with that place in `run_ids`."""
        variables = {"roundId": self.round_node, "runId": self.run_nodes[run], "after": after}
        return self.api.post("/graphql", orjson.dumps({"query": RANKINGS, "variables": variables}))

    def bare_page(self, run: int, after: int) -> bytes:
        """The same page of the floor."""
        return self.bare.get(f"/rankings?round={self.contest.round_id}&run={self.run_ids[run]}&after={after}")


async def rankings_first(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """Every page of a run that nobody has read yet."""
    people = _people(scale)
    contest, runs = await _scored_contest(stage, people, repetitions + 2)
    requests = -(-people // PAGE)
    plan = Plan(
        "rankings-first",
        requests,
        8,
        "the same SQL encoded with orjson from a bare Starlette route in another granian process",
        "rankings(first: 50) with 13 fields over HTTP, every page of a run that was not read before",
    )
    with _servers(stage, contest, runs) as reading:
        _require_same_page(reading, 0)
        unread_by_floor, unread_by_us = iter(range(1, len(runs))), iter(range(1, len(runs)))

        async def floor() -> Took:
            return await asyncio.to_thread(_read_bare_pages, reading, next(unread_by_floor), requests)

        async def ours() -> Took:
            return await asyncio.to_thread(_read_pages, reading, next(unread_by_us), requests)

        return await measure(plan, floor, ours, repetitions)


async def rankings_again(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """One page that has been read."""
    contest, runs = await _scored_contest(stage, _people(scale), 1)
    requests = max(5, int(AGAIN_REQUESTS * scale))
    plan = Plan(
        "rankings-again",
        requests,
        3,
        "a constant answer of the same size from a bare Starlette route in another granian process",
        "the same rankings(first: 50) with 13 fields over HTTP, read before",
    )
    with _servers(stage, contest, runs) as reading:
        answer = reading.page(0, None)
        reading.bare.post("/constant", answer)

        async def floor() -> Took:
            return await asyncio.to_thread(_repeat, requests, lambda: reading.bare.get("/constant"), answer)

        async def ours() -> Took:
            return await asyncio.to_thread(_repeat, requests, lambda: reading.page(0, None), answer)

        return await measure(plan, floor, ours, repetitions)


def _people(scale: float) -> int:
    return max(PAGE + 10, int(CONTESTANTS * scale))


def _read_pages(reading: Reading, run: int, requests: int) -> Took:
    """Page after page, each asked for with the cursor of the one before."""
    after, seconds = None, 0.0
    for _ in range(requests):
        started = time.perf_counter()
        answer = reading.page(run, after)
        seconds += time.perf_counter() - started
        after = orjson.loads(answer)["data"]["rankings"]["pageInfo"]["endCursor"]
    return Took(seconds)


def _read_bare_pages(reading: Reading, run: int, requests: int) -> Took:
    seconds = 0.0
    for number in range(requests):
        started = time.perf_counter()
        reading.bare_page(run, number * PAGE)
        seconds += time.perf_counter() - started
    return Took(seconds)


def _repeat(requests: int, read: Any, expected: bytes) -> Took:
    started = time.perf_counter()
    answers = [read() for _ in range(requests)]
    seconds = time.perf_counter() - started
    if any(answer != expected for answer in answers):
        raise NotMeasuredError("an answer differs from the first one")
    return Took(seconds)


async def _scored_contest(stage: Stage, people: int, runs: int) -> tuple[Contest, list[UUID]]:
    """A contest with so many runs. Their scores come from the floor of `score-3000`, which makes the same rows."""
    contest = await lay_out(stage, people)
    tell(f"filling in and scoring {people} contestants")
    await fill(stage, contest)
    await make_floor_table(stage)
    run_ids = [await add_run(stage, contest, RunState.SCORED) for _ in range(runs)]
    for run_id in run_ids:
        await score_in_sql(stage, contest, run_id)
    await stage.owner.execute("insert into scores select * from scores_floor")
    await stage.owner.execute("vacuum analyze scores")
    return contest, run_ids


@contextlib.contextmanager
def _servers(stage: Stage, contest: Contest, runs: Sequence[UUID]) -> Iterator[Reading]:
    with stage.server("services.api.app:create") as api, stage.server("tests.bench.bare_route:create") as bare:
        client = Client(api)
        client.sign_in(stage.organiser.login, stage.organiser.password)
        round_node = client.ask(ROUND, {"slug": contest.slug, "key": contest.round_key})["contest"]["round"]["id"]
        listed = client.ask(RUNS, {"roundId": round_node})["scoringRuns"]["nodes"]
        run_nodes = [run["id"] for run in sorted(listed, key=itemgetter("number"))]
        yield Reading(client, Client(bare), contest, runs, round_node, run_nodes)


def _require_same_page(reading: Reading, run: int) -> None:
    """Floor and ours answer the same, but for the form of the cursor."""
    ours = orjson.loads(reading.page(0, None))["data"]["rankings"]["nodes"]
    bare = orjson.loads(reading.bare_page(run, 0))["data"]["rankings"]["nodes"]
    if ours != bare or len(ours) != PAGE:
        raise NotMeasuredError("floor and ours do not answer the same")
