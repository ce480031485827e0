"""What contests have added to the formats, as it was in force at a version, in PostgreSQL."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from asyncpg import Record

from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.formats.own import Alias, Own, OwnFormat
from services.shared.jobs import JobKind, enqueue

queries = load(Path(__file__).with_name("queries.sql"))


async def find_own(database: Connection | Pool, contest_id: UUID, version: int) -> Own:
    """What a contest had added at a version (`contests.formats_version`); that never changes afterwards."""
    if version == 0:
        return Own()
    aliases = await database.fetch(queries.find_aliases, contest_id, version)
    formats = await database.fetch(queries.find_own_formats, contest_id, version)
    return Own(
        [Alias(row["kind"], row["heading"], row["field"]) for row in aliases],
        {row["key"]: OwnFormat(row["title"], tomllib.loads(row["document"])) for row in formats},
    )


async def read_again(connection: Connection, contest_id: UUID | None = None) -> int:
    """Queues the files that wait for headings, where something was said since they were read; answers how many."""
    return await _queue(connection, await connection.fetch(queries.queue_outdated, contest_id))


async def read_refused_again(connection: Connection, contest_id: UUID, key: str) -> int:
    """Queues the files that were refused as an own format, which has changed; answers how many."""
    return await _queue(connection, await connection.fetch(queries.queue_refused, contest_id, key))


async def _queue(connection: Connection, uploads: Sequence[Record]) -> int:
    for row in uploads:
        await enqueue(connection, JobKind.INGEST_UPLOAD, row["id"])
    return len(uploads)
