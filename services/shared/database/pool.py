"""Connections to PostgreSQL."""

from typing import TYPE_CHECKING

import asyncpg
import orjson

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
    Pool = asyncpg.Pool


def _encode_json(value: object) -> str:
    return orjson.dumps(value).decode()


async def _prepare_connection(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=_encode_json, decoder=orjson.loads, schema="pg_catalog")


async def connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    """One connection outside any pool, for migrations and tools."""
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(url)
    await _prepare_connection(connection)
    return connection


async def open_pool(url: str, *, min_size: int = 1, max_size: int = 10) -> Pool:
    """A pool whose connections take and give JSON as Python values; times are Beijing's in the session."""
    pool = await asyncpg.create_pool(
        url,
        min_size=min_size,
        max_size=max_size,
        init=_prepare_connection,
        server_settings={"application_name": "livecup", "timezone": "Asia/Shanghai", "jit": "off"},
    )
    return pool
