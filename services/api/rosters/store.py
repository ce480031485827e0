"""Roster imports in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.context import Context
from services.api.rosters.types import RosterImport
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.vocabulary import ImportPolicy

queries = load(Path(__file__).with_name("queries.sql"))


async def find_imports(context: Context, ids: Sequence[UUID]) -> list[RosterImport | None]:
    scope = context.rows("RosterImport")
    rows = await context.pool.fetch(queries.find_imports, *scope[:3], context.viewer.user_id, ids)
    return in_order(ids, rows, RosterImport.of)


async def lock_upload(connection: Connection, context: Context, upload_id: UUID) -> asyncpg.Record | None:
    scope = context.may("importRoster")
    return await connection.fetchrow(queries.lock_upload, *scope[:3], context.viewer.user_id, upload_id)


async def add_import(
    connection: Connection, upload: asyncpg.Record, user: UUID | None, policy: ImportPolicy, *, dry_run: bool
) -> UUID:
    key = new_id()
    await connection.execute(queries.insert_import, key, upload["contest_id"], upload["id"], dry_run, policy, user)
    return key
