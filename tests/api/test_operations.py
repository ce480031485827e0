"""What the endpoint takes and refuses: malformed bodies, operations that ask for too much, faults that are masked."""

import asyncio
from contextlib import suppress
from importlib import import_module
from typing import Any

import httpx
import orjson
import pytest
from graphql import Node, parse
from redis.asyncio import Redis

from services.api.limits import (
    MOST_ALIASES,
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_DIRECTIVES,
    TooMuchError,
    Weight,
    _Scales,
    check,
)
from services.api.operations import EVENTS, LARGEST_BODY
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post, running
from tests.factories import a_contest, a_person, a_run

JSON = {"content-type": "application/json"}
GRAPHQL_JSON = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"5", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"[" * 100_000, 400),
        (b'{"query":', 400),
        (b"\xff\xfe", 400),
        (b'{"query": 5}', 400),
        (b'{"query": ""}', 400),
        (b'{"query": "{__typename}", "variables": []}', 400),
        (b'{"query": "{__typename}", "operationName": 5}', 400),
        (b'{"query": "{__typename}", "extensions": 5}', 400),
        (b'[{"query": "{__typename}"}, {"query": "{__typename}"}]', 400),
        (b'{"query": "{__typename \\u0000}"}', 400),
        (b" " * (LARGEST_BODY + 1), 413),
    ],
)
async def test_malformed_bodies(client: httpx.AsyncClient, body: bytes, status: int) -> None:
    response = await client.post("/graphql", content=body, headers=JSON)
    assert response.status_code == status
    assert response.json()["errors"]


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""]
)
async def test_only_json_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type, "origin": "https://elsewhere.example"}
    response = await client.post("/graphql", content=b'{"query": "{__typename}"}', headers=headers)
    assert response.status_code == 415


async def test_get_is_for_queries(client: httpx.AsyncClient) -> None:
    fine = await client.get("/graphql", params={"query": "query ($a: Int!) { contests(first: $a) { totalCount } }",
                                                "variables": '{"a": 1}'})  # fmt: skip
    assert fine.json() == {"data": {"contests": {"totalCount": 0}}}
    assert (await client.put("/graphql")).status_code == 405


@pytest.mark.parametrize("accept", ["*/*", GRAPHQL_JSON, EVENTS])
async def test_nothing_is_changed_by_get(client: httpx.AsyncClient, ask: Ask, database: Pool, accept: str) -> None:
    person = await a_person(database)
    client.cookies.set("livecup", person.token)
    mutation = {"query": "query Q { __typename } mutation M { signOut { signedOut } }", "operationName": "M"}
    response = await client.get("/graphql", params=mutation, headers={"accept": accept})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert (await ask("{ viewer { user { login } } }"))["viewer"] == {"user": {"login": person.login}}


async def test_one_answer_as_a_stream(client: httpx.AsyncClient) -> None:
    events = {"accept": EVENTS}
    read = await client.get("/graphql", params={"query": "{ __typename }"}, headers=events)
    assert read.text.startswith('event: next\r\ndata: {"data":{"__typename":"Query"}}')
    changed = await client.post("/graphql", json={"query": "mutation { signOut { signedOut } }"}, headers=events)
    assert '{"signOut":{"signedOut":false}}' in changed.text


async def test_a_quiet_stream_ends_with_its_session(
    client: httpx.AsyncClient, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is told of the run, nor of the end of the session; the run is shown once."""
    monkeypatch.setattr("services.shared.changes._QUIET_SECONDS", 0.01)
    contest = await a_contest(database)
    judge, run = await a_person(database, Role.JUDGE, contest), await a_run(contest)
    headers = {"accept": EVENTS, "authorization": f"Bearer {judge.token}"}
    query = f'subscription {{ scoringRunChanged(id: "{gid("ScoringRun", run)}") {{ state }} }}'
    watching = asyncio.create_task(client.post("/graphql", json={"query": query}, headers=headers))
    await asyncio.sleep(0.2)
    await database.execute("delete from sessions")
    async with asyncio.timeout(20):
        events = [line[6:] for line in (await watching).text.splitlines() if line.startswith("data: {")]
    assert len(events) == 2
    assert orjson.loads(events[0]) == {"data": {"scoringRunChanged": {"state": "QUEUED"}}}
    assert orjson.loads(events[1])["errors"][0]["extensions"] == {"code": "SESSION_ENDED"}


def doubling(levels: int, body: str = "__typename") -> str:
    """A document whose fragments open to 2ⁿ fields."""
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return " ".join(["{ ...F0 }", *fragments, f"fragment F{levels} on Query {{ {body} }}"])


def nested(levels: int) -> str:
    return "{ contests { nodes " + "{ rounds { contest " * levels + "{ id }" + " } }" * levels + " } }"


TOO_MUCH = {
    "doubling fragments": doubling(24),
    "more doubling fragments": doubling(60),
    "doubling aliases": doubling(12, "a: __typename"),
    "a circle of fragments": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "an unused circle": "{ __typename } fragment A on Query { ...A }",
    "an unknown fragment": "{ ...Nowhere }",
    "depth": nested((MOST_DEPTH + 1) // 2),
    "aliases": "{" + " ".join(f"a{n}: __typename" for n in range(MOST_ALIASES + 1)) + "}",
    "directives": "{ __typename " + "@skip(if: false)" * (MOST_DIRECTIVES + 1) + "}",
    "tokens": "{" + "__typename " * 1001 + "}",
    "characters": "{ __typename }" + "#" * MOST_CHARACTERS,
    "cost": "query ($n: Int!, $c: ID!) { contestants(contestId: $c, first: $n) { nodes { uploads(first: $n)"
    " { nodes { problems(first: $n) { nodes { code } } } } } } }",
    "nesting that no parser stands": "{" + "a{" * 400 + "b" + "}" * 400 + "}",
    "nested lists": "{ contests(first: " + "[" * 450 + "]" * 450 + ") { totalCount } }",
}


@pytest.mark.parametrize("what", TOO_MUCH)
@pytest.mark.parametrize("accept", ["*/*", GRAPHQL_JSON])
async def test_asking_for_too_much(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, what: str, accept: str
) -> None:
    walks: list[object] = []
    validating = import_module("graphql.validation.validate")
    monkeypatch.setattr(validating, "visit", lambda *walk: walks.append(walk))
    response = await client.post("/graphql", json={"query": TOO_MUCH[what]}, headers={"accept": accept})
    assert response.status_code == 400
    body = response.json()
    assert set(body) == {"errors"}
    assert "Traceback" not in response.text
    assert walks == []  # the other rules, which open every fragment where it is spread, have not begun


@pytest.mark.parametrize("levels", [3, 24, 60])
def test_what_is_written_once_is_weighed_once(monkeypatch: pytest.MonkeyPatch, levels: int) -> None:
    """However often it is opened: the steps grow with the document, not with what it stands for."""
    weighed: list[object] = []
    weigh = _Scales._selection

    def counted(scales: _Scales, node: Node) -> Weight:
        weighed.append(node)
        return weigh(scales, node)

    monkeypatch.setattr(_Scales, "_selection", counted)
    with suppress(TooMuchError):
        check(parse(doubling(levels)))
    assert len(weighed) == 2 * levels + 2


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("*/*", 400, "application/json"),
        ("application/json", 200, "application/json"),
        (GRAPHQL_JSON, 400, GRAPHQL_JSON),
    ],
)
@pytest.mark.parametrize("document", ["{ nope }", "{", "query ($n: Int!) { contests(first: $n) { totalCount } }"])
async def test_a_document_that_cannot_be_executed(
    client: httpx.AsyncClient, document: str, accept: str, status: int, media_type: str
) -> None:
    response = await client.post("/graphql", json={"query": document}, headers={"accept": accept})
    assert response.status_code == status
    assert response.headers["content-type"].startswith(media_type)
    assert set(response.json()) == {"errors"}


async def test_unexpected_errors_are_masked(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the password of the database is 1234")

    monkeypatch.setattr("services.api.contests.store.list_contests", fail)
    response = await client.post(
        "/graphql", json={"query": "{ contests { totalCount } }"}, headers={"accept-language": "en"}
    )
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "UNEXPECTED"
    assert error["extensions"]["id"] in error["message"]
    assert "1234" not in response.text
    assert error["extensions"]["id"] in caplog.text


async def test_a_time_without_its_offset_is_said_to_be_one(client: httpx.AsyncClient) -> None:
    document = "query ($filter: AuditFilter) { auditLog(filter: $filter) { totalCount } }"
    asked = {"query": document, "variables": {"filter": {"from": "2026-11-22"}}}
    (error,) = (await client.post("/graphql", json=asked)).json()["errors"]
    assert "a time with its offset" in error["message"]
    assert "UNEXPECTED" not in str(error)


@pytest.mark.parametrize(
    ("language", "message"),
    [("", "游标属于"), ("en-GB,en;q=0.9", "The cursor"), ("fr, zh;q=0.5, en;q=0.4", "游标属于")],
)
async def test_errors_are_said_in_the_viewers_language(client: httpx.AsyncClient, language: str, message: str) -> None:
    response = await client.post(
        "/graphql",
        json={"query": '{ contests(after: "AAAA") { totalCount } }'},
        headers={"accept-language": language},
    )
    (error,) = response.json()["errors"]
    assert error["message"].startswith(message)
    assert error["extensions"] == {"code": "CURSOR_OF_ANOTHER_LIST"}


INTROSPECTION = "{ __schema { types { name } } }"


async def test_production_tells_nothing_of_the_schema(settings: Settings, database: Pool, redis: Redis) -> None:
    async with (
        running(settings.model_copy(update={"env": "production"})) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://livecup.test") as client,
    ):
        assert (await post(client, INTROSPECTION)).status_code == 400
        wrong = (await post(client, "{ contets { totalCount } }")).json()
        graphical = await client.get("/graphql", headers={"accept": "text/html"})
    assert "Did you mean" not in wrong["errors"][0]["message"]
    assert graphical.status_code == 400


async def test_development_does(client: httpx.AsyncClient) -> None:
    assert (await post(client, INTROSPECTION)).status_code == 200
    assert "Did you mean" in (await post(client, "{ contets { totalCount } }")).text


async def test_the_second_validation_is_remembered(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    document = "{ contests(first: 3) { totalCount nodes { slug title } } }"
    await post(client, document)
    weighed: list[Any] = []
    monkeypatch.setattr("services.api.limits.check", weighed.append)
    await post(client, document)
    assert weighed == []
    await post(client, document.replace("3", "4"))
    assert len(weighed) == 1


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_health(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200


async def test_ready_says_when_results_are_not_protected(client: httpx.AsyncClient) -> None:
    ready = orjson.loads((await client.get("/readyz")).content)
    assert ready == {"ready": True, "database": True, "redis": True, "resultsProtected": False}
