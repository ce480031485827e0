"""Given lists in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.given_lists.types import GivenList
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


async def find_given_lists(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[GivenList | None]:
    return in_order(ids, await database.fetch(queries.find_given_lists, *scope[:2], ids), GivenList.of)


async def find_given_lists_of(database: Executor, scope: Scope, contest_id: UUID) -> list[GivenList]:
    """By key, the last first."""
    return [GivenList.of(row) for row in await database.fetch(queries.find_given_lists_of, *scope[:2], contest_id)]


async def lock_upload(connection: Connection, scope: Scope, contest_id: UUID, upload_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.lock_upload, *scope[:2], contest_id, upload_id)


async def is_read(connection: Connection, upload_id: UUID) -> bool:
    """Whether the upload has been handed in as a given list."""
    read: bool = await connection.fetchval(queries.is_read, upload_id)
    return read


async def add_given_list(
    connection: Connection, upload: asyncpg.Record, user: UUID | None, *, key: str, title: str
) -> UUID:
    list_id = new_id()
    given = list_id, upload["contest_id"], key, title, upload["id"], user
    await connection.execute(queries.insert_given_list, *given)
    return list_id
