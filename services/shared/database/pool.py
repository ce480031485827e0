"""Connections to PostgreSQL."""

from typing import TYPE_CHECKING, Any

import asyncpg
import orjson

# asyncpg's classes are generic for the type checker alone.
if TYPE_CHECKING:
    OwnConnection = asyncpg.Connection[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    OwnConnection = asyncpg.Connection
    Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
    Pool = asyncpg.Pool

# Whoever waits longer for a connection fails, and leaves off waiting with whatever they hold.
WAIT_SECONDS = 30.0


def _encode_json(value: object) -> str:
    return orjson.dumps(value).decode()


async def _prepare_connection(connection: OwnConnection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=_encode_json, decoder=orjson.loads, schema="pg_catalog")


async def _keep_as_it_is(_connection: OwnConnection) -> None:
    """asyncpg ends an open transaction by itself; we leave no listener, cursor, setting or session lock to clear.

    Its own reset is one more round trip after each use, as long as a short statement itself.
    """


async def connect(url: str) -> OwnConnection:
    """One connection outside any pool, for migrations and tools."""
    connection: OwnConnection = await asyncpg.connect(url)
    await _prepare_connection(connection)
    return connection


class _PatientPool(Pool):
    """Waits for a connection, but not for ever."""

    def acquire(self, *, timeout: float | None = None) -> Any:
        return super().acquire(timeout=WAIT_SECONDS if timeout is None else timeout)


async def open_pool(url: str, *, min_size: int = 1, max_size: int = 10) -> Pool:
    """A pool whose connections take and give JSON as Python values; times are Beijing's in the session."""
    return await _PatientPool(
        url,
        min_size=min_size,
        max_size=max_size,
        max_queries=50_000,
        max_inactive_connection_lifetime=300.0,
        connect=None,
        setup=None,
        init=_prepare_connection,
        reset=_keep_as_it_is,
        loop=None,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        server_settings={"application_name": "livecup", "timezone": "Asia/Shanghai", "jit": "off"},
    )
