"""Watching over WebSocket and server-sent events, through the real server."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count
from typing import Any

import httpx
import orjson
import pytest
import websockets
from redis.asyncio import Redis

from services.api.users.sessions import ENDED
from services.cli.instance import free_port
from services.shared.changes import publish
from services.shared.database.pool import Pool
from services.shared.processes import as_child
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import gid
from tests.factories import AContest, APerson, a_contest, a_person, a_run, a_scored_run, an_account

PROTOCOL = "graphql-transport-ws"
RUN = "subscription ($id: ID!) { scoringRunChanged(id: $id) { state stage progress } }"


@pytest.fixture
async def granian(settings: Settings, database: Pool, redis: Redis) -> AsyncIterator[tuple[str, int]]:
    """The address and process id of a granian with the API."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers-kill-timeout", "2", "services.api.app:create"]
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "LIVECUP_HOME": str(settings.home),
        "LIVECUP_SECRET_KEY": settings.secret_key.get_secret_value(),
        "LIVECUP_TRUSTED_PROXIES": settings.trusted_proxies,
        "LIVECUP_DIE_WITH_PARENT": "1",
    }
    process = subprocess.Popen(command, env=environment, preexec_fn=as_child(signal.SIGKILL))  # noqa: ASYNC220
    try:
        await _until_ready(f"http://127.0.0.1:{port}")
        yield f"127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)


@pytest.fixture
def server(granian: tuple[str, int]) -> str:
    return granian[0]


async def _until_ready(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(60):
        while True:
            try:
                if (await client.get(f"{url}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def judge(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.JUDGE, contest)


class Socket:
    """A client of the protocol, message by message."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def send(self, **message: Any) -> None:
        await self._connection.send(orjson.dumps(message).decode())

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(20):
            message: dict[str, Any] = orjson.loads(await self._connection.recv())
            return message

    async def closed_with(self) -> int:
        async with asyncio.timeout(20):
            await self._connection.wait_closed()
        code: int = self._connection.close_code
        return code

    async def initialised(self, token: str | None) -> "Socket":
        await self.send(type="connection_init", payload={"token": token} if token else {})
        assert (await self.receive())["type"] == "connection_ack"
        return self

    async def watch(self, run: object) -> None:
        variables = {"id": gid("ScoringRun", run)}
        await self.send(id="1", type="subscribe", payload={"query": RUN, "variables": variables})


def connecting(server: str, protocol: str = PROTOCOL, **headers: str) -> Any:
    return websockets.connect(
        f"ws://{server}/graphql",
        subprotocols=[websockets.Subprotocol(protocol)],
        additional_headers=headers,
        proxy=None,
    )


async def _end(database: Pool, redis: Redis, run: Any) -> None:
    await database.execute("update scoring_runs set state = 'SCORED', ended_at = now() where id = $1", run)
    await publish(redis, run, state="SCORED")


async def test_a_run_is_watched_to_its_end(
    server: str, database: Pool, redis: Redis, contest: AContest, judge: APerson
) -> None:
    run = await a_run(contest)
    async with connecting(server) as connection:
        socket = await Socket(connection).initialised(judge.token)
        await socket.watch(run)
        assert await socket.receive() == _next(state="QUEUED", stage=None, progress=None)
        await database.execute("update scoring_runs set state = 'RUNNING' where id = $1", run)
        await publish(redis, run, state="RUNNING", stage="SCORE", done=3, total=6)
        assert await socket.receive() == _next(state="RUNNING", stage="SCORE", progress=0.5)
        await _end(database, redis, run)
        assert await socket.receive() == _next(state="SCORED", stage=None, progress=None)
        assert (await socket.receive())["type"] == "complete"


def _next(**run: object) -> dict[str, Any]:
    return {"id": "1", "type": "next", "payload": {"data": {"scoringRunChanged": run}}}


async def test_what_one_may_not_see_is_not_found(server: str, contest: AContest, database: Pool) -> None:
    run = await a_run(contest)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    for token in (leader.token, None):
        async with connecting(server) as connection:
            socket = await Socket(connection).initialised(token)
            await socket.watch(run)
            answer = await socket.receive()
            assert answer["payload"]["data"] is None
            assert answer["payload"]["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


async def test_a_session_that_is_revoked_ends_the_watching(
    server: str, database: Pool, redis: Redis, contest: AContest, judge: APerson
) -> None:
    run = await a_run(contest)
    async with connecting(server) as connection:
        socket = await Socket(connection).initialised(judge.token)
        await socket.watch(run)
        await socket.receive()
        await database.execute("delete from sessions")
        await publish(redis, run, state="RUNNING")
        assert (await socket.receive())["payload"]["errors"][0]["extensions"] == {"code": "SESSION_ENDED"}


async def _sign_out(server: str, person: APerson) -> None:
    headers = {"authorization": f"Bearer {person.token}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
        answer = await client.post(f"http://{server}/graphql", json={"query": "mutation { signOut { signedOut } }"})
        assert answer.json() == {"data": {"signOut": {"signedOut": True}}}


async def test_signing_out_closes_the_sockets_of_the_session(server: str, contest: AContest, judge: APerson) -> None:
    run = await a_run(contest)
    async with connecting(server) as idle, connecting(server) as watching, connecting(server) as public:
        await Socket(idle).initialised(judge.token)
        socket, other = await Socket(watching).initialised(judge.token), await Socket(public).initialised(None)
        await socket.watch(run)
        await socket.receive()
        await _sign_out(server, judge)
        assert await Socket(idle).closed_with() == 4403
        assert await socket.closed_with() == 4403
        await other.send(id="1", type="subscribe", payload={"query": "{ __typename }"})
        assert (await other.receive())["payload"] == {"data": {"__typename": "Query"}}


async def test_a_socket_asks_for_its_session_before_each_operation(
    server: str, database: Pool, contest: AContest, judge: APerson, redis: Redis
) -> None:
    """Also where nobody told that it has ended."""
    async with connecting(server) as connection:
        socket = await Socket(connection).initialised(judge.token)
        await database.execute("delete from sessions")
        await publish(redis, ENDED)
        asked = {"query": "{ viewer { user { login } } }"}
        with suppress(websockets.ConnectionClosed):
            async with asyncio.timeout(20):
                for number in count(1):  # the news may reach the server after the first of them
                    await socket.send(id=str(number), type="subscribe", payload=asked)
                    await asyncio.sleep(0.1)
        assert await socket.closed_with() == 4403


async def test_a_socket_counts_like_http(server: str, contest: AContest, judge: APerson) -> None:
    await a_scored_run(contest, [await an_account(contest, handle) for handle in "abc"], adopted=True)
    query = "query ($round: ID!) { rankings(roundId: $round, first: 1) { totalCount nodes { score { total } } } }"
    async with connecting(server) as connection:
        socket = await Socket(connection).initialised(judge.token)
        variables = {"round": gid("Round", contest.round_id)}
        await socket.send(id="1", type="subscribe", payload={"query": query, "variables": variables})
        rankings = (await socket.receive())["payload"]["data"]["rankings"]
    assert rankings == {"totalCount": 3, "nodes": [{"score": {"total": "99.50"}}]}


async def test_a_page_of_another_origin_is_refused(server: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await connecting(server, origin="https://elsewhere.example")
    assert refused.value.response.status_code == 403


async def test_the_legacy_protocol_is_refused(server: str) -> None:
    async with connecting(server, "graphql-ws") as connection:
        assert await Socket(connection).closed_with() == 4406


async def test_subscribing_before_init_is_refused(server: str) -> None:
    async with connecting(server) as connection:
        socket = Socket(connection)
        await socket.watch("01900000-0000-7000-8000-000000000000")
        assert await socket.closed_with() == 4401


async def test_a_wrong_token_is_refused(server: str) -> None:
    async with connecting(server) as connection:
        socket = Socket(connection)
        await socket.send(type="connection_init", payload={"token": "wrong"})
        assert await socket.closed_with() == 4403


async def test_the_same_as_server_sent_events(
    server: str, database: Pool, redis: Redis, contest: AContest, judge: APerson
) -> None:
    run = await a_run(contest)
    body = {"query": RUN, "variables": {"id": gid("ScoringRun", run)}}
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {judge.token}"}
    events: list[str] = []
    async with (
        httpx.AsyncClient(trust_env=False, timeout=20) as client,
        client.stream("POST", f"http://{server}/graphql", json=body, headers=headers) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        async for line in response.aiter_lines():
            events += [line] if line.startswith(("event", "data")) else []
            if len(events) == 2:
                await _end(database, redis, run)
    data = [orjson.loads(line[6:])["data"]["scoringRunChanged"]["state"] for line in events[1:-1:2]]
    assert data == ["QUEUED", "SCORED"]
    assert events[-2:] == ["event: complete", "data: "]


async def test_a_document_that_asks_for_too_much_is_answered_with_the_reason(server: str) -> None:
    async with connecting(server) as connection:
        socket = await Socket(connection).initialised(None)
        await socket.send(id="1", type="subscribe", payload={"query": "{" + "a{" * 400 + "b" + "}" * 400 + "}"})
        assert "nested too deeply" in (await socket.receive())["payload"][0]["message"]
        await socket.send(id="2", type="subscribe", payload={"query": "{ ...A } fragment A on Query { ...A }"})
        assert (await socket.receive())["payload"][0]["message"] == "Fragment 'A' contains itself."


async def test_the_server_does_not_outlive_a_parent_that_is_killed(granian: tuple[str, int]) -> None:
    """What serves is a child of the process that was started, and would go on without it."""
    address, parent = granian
    os.kill(parent, signal.SIGKILL)
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(10):
        while True:
            try:
                await client.get(f"http://{address}/healthz")
            except httpx.TransportError:
                return
            await asyncio.sleep(0.05)
