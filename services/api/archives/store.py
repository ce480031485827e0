"""Archives in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.archives.types import Archive
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


async def find_archives(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Archive | None]:
    return in_order(ids, await database.fetch(queries.find_archives, *scope, ids), Archive.of)


async def list_archives(database: Executor, scope: Scope, contest_id: UUID, page: Page) -> tuple[list[Archive], int]:
    rows = await database.fetch(queries.list_archives, *scope, contest_id, page.after, page.limit + 1)
    return [Archive.of(row) for row in rows if row["id"]], rows[0]["total"]


async def add_archive(connection: Connection, contest_id: UUID, user: UUID | None, *, with_originals: bool) -> UUID:
    key = new_id()
    await connection.execute(queries.insert_archive, key, contest_id, with_originals, user)
    return key


async def find_key(connection: Connection, archive_id: UUID) -> bytes | None:
    """None where there are no originals in it."""
    key: bytes | None = await connection.fetchval(queries.find_key, archive_id)
    return key


async def find_content(database: Executor, archive_id: UUID) -> asyncpg.Record | None:
    """None once it is deleted."""
    return await database.fetchrow(queries.find_content, archive_id)
