"""Switching live refreshes in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.context import Executor
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def find_round(connection: Connection, round_id: UUID) -> asyncpg.Record | None:
    """`contest_id, uploads_until, now`, once the contest is locked."""
    return await connection.fetchrow(queries.find_round, round_id)


async def switch_on(  # noqa: PLR0917  the columns of its row
    connection: Connection, round_id: UUID, contest_id: UUID, seconds: int, until: datetime, user: UUID | None
) -> None:
    await connection.execute(queries.switch_on, round_id, contest_id, seconds, until, user)


async def switch_off(connection: Connection, round_id: UUID) -> bool:
    """False when it was off."""
    return await connection.fetchval(queries.switch_off, round_id) is not None


async def find_refreshes(database: Executor, rounds: Sequence[UUID]) -> list[asyncpg.Record]:
    """`round_id, every_seconds, until, problem`."""
    return await database.fetch(queries.find_refreshes, rounds)
