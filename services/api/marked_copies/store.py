"""Marked copies in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.context import Executor
from services.api.marked_copies.types import MarkedCopy
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.words import Language

queries = load(Path(__file__).with_name("queries.sql"))


async def find_copies(database: Executor, user: UUID | None, uploads: Sequence[UUID]) -> list[list[MarkedCopy]]:
    """Of each upload the copies that somebody asked for."""
    found: dict[UUID, list[MarkedCopy]] = {}
    for row in await database.fetch(queries.find_copies, user, uploads):
        found.setdefault(row["upload_id"], []).append(MarkedCopy.of(row))
    return [found.get(upload, []) for upload in uploads]


async def find_copy(
    connection: Connection, upload_id: UUID, language: Language, user: UUID | None
) -> asyncpg.Record | None:
    """Id and state of the copy that somebody asked for, as the upload is now."""
    return await connection.fetchrow(queries.find_copy, upload_id, language, user)


async def ask_for_copy(connection: Connection, upload_id: UUID, language: Language, user: UUID | None) -> UUID:
    copy_id = new_id()
    await connection.execute(queries.ask_for_copy, copy_id, upload_id, language, user)
    return copy_id


async def find_content(database: Executor, copy_id: UUID) -> asyncpg.Record | None:
    """The bytes of a copy and the name of its file; none once it is deleted."""
    return await database.fetchrow(queries.find_content, copy_id)
