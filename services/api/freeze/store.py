"""Freezing rankings in PostgreSQL."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def find_frozen(connection: Connection, round_id: UUID) -> asyncpg.Record | None:
    """`id, contest_id, frozen_from, now` of a round whose contest is locked."""
    return await connection.fetchrow(queries.find_frozen, round_id)


async def freeze(connection: Connection, round_id: UUID, frozen_from: datetime) -> None:
    await connection.execute(queries.freeze, round_id, frozen_from)


async def unfreeze(connection: Connection, round_id: UUID) -> None:
    """Everybody sees what was adopted meanwhile, all at once."""
    await connection.execute(queries.unfreeze, round_id)
