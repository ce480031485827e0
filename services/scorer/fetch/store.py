"""Uploads that are to be fetched, in PostgreSQL."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.scorer.uploads.store import save_problems
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.problems import Problem
from services.shared.storage.originals import Original

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Asked:
    """An upload that waits to be fetched; `sha256` is empty where nobody announced it."""

    id: UUID
    sha256: str
    address_sealed: bytes


async def find_asked(pool: Pool, upload_id: UUID) -> Asked | None:
    """None when it has been fetched or given up."""
    row = await pool.fetchrow(queries.find_asked, upload_id)
    return Asked(**row) if row else None


async def write_fetched(connection: Connection, original: Original) -> None:
    """Notes that the bytes are there; the address is needed no longer."""
    await connection.execute(queries.write_fetched, original.id, original.size, original.sha256)


async def refuse_fetch(connection: Connection, upload_id: UUID, problem: Problem) -> None:
    """Ends an upload of which nothing came."""
    await connection.execute(queries.refuse_fetch, upload_id)
    await save_problems(connection, {upload_id: [problem]})
