"""The API in this process on real servers, and clients of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette

from services.api.app import create_app
from services.api.nodes import global_id
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from tests.factories import APerson

Ask = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Starlette]:
    """The application between its start and its end."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def app(settings: Settings, database: Pool, redis: Redis) -> AsyncIterator[Starlette]:
    async with running(settings) as started:
        yield started


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://livecup.test") as each:
        yield each


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    """Asks one operation as somebody (nobody: the public) and answers its data; errors fail the test."""

    async def asking(document: str, person: APerson | None = None, /, **variables: Any) -> Any:
        response = await post(client, document, person, **variables)
        body = response.json()
        assert "errors" not in body, body
        return body["data"]

    return asking


async def post(
    client: httpx.AsyncClient, document: str, person: APerson | None = None, /, **variables: Any
) -> httpx.Response:
    headers = {"authorization": f"Bearer {person.token}"} if person else {}
    return await client.post("/graphql", json={"query": document, "variables": variables}, headers=headers)


def gid(type_name: str, *keys: object) -> str:
    """The global id of a row."""
    return str(global_id(type_name, ".".join(str(key) for key in keys)))
