"""Roster imports in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.rosters.types import RosterImport
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


async def find_imports(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[RosterImport | None]:
    rows = await database.fetch(queries.find_imports, scope.everywhere, scope.contests, ids)
    return in_order(ids, rows, RosterImport.of)


async def lock_upload(connection: Connection, scope: Scope, upload_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.lock_upload, scope.everywhere, scope.contests, upload_id)


async def add_import(
    connection: Connection, contest_id: UUID, upload_id: UUID, user: UUID | None, *, dry_run: bool
) -> UUID:
    key = new_id()
    await connection.execute(queries.insert_import, key, contest_id, upload_id, dry_run, user)
    return key
