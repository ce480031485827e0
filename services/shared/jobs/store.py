"""Jobs and their outbox in PostgreSQL."""

from pathlib import Path
from uuid import UUID

import asyncpg

from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.jobs.kinds import JobKind

queries = load(Path(__file__).with_name("queries.sql"))

# Begin anew when they are already running: what runs may have looked before the uid was bound, the revision approved.
_BEGIN_ANEW = {JobKind.CLAIM_LINES, JobKind.RENDER_PUBLICATION}


async def enqueue(connection: Connection, kind: JobKind, subject_id: UUID, *, after_seconds: float = 0) -> None:
    """Leaves a job and its message in the caller's transaction; the caller sends the message after the commit."""
    await connection.execute(queries.insert_job, new_id(), kind, subject_id, kind in _BEGIN_ANEW, after_seconds)


async def take_outbox(connection: Connection, limit: int) -> list[asyncpg.Record]:
    """Messages to send, as rows of job id, attempt and earliest time; gone from the outbox once this commits."""
    return await connection.fetch(queries.take_outbox, limit)
