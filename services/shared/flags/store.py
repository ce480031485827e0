"""Whose figures are to be looked at for signs of trouble."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.jobs import JobKind, enqueue

queries = load(Path(__file__).with_name("queries.sql"))

# Files come in heaps: one look after them rather than one after each.
_SECONDS_TO_GATHER = 2.0


async def look_at(connection: Connection, contest_id: UUID, contestants: Iterable[UUID]) -> None:
    """Their figures have changed; call it in the transaction that changes them."""
    if changed := sorted(set(contestants)):
        await connection.execute(queries.add_due, contest_id, changed)
        await look_later(connection, contest_id)


async def look_at_everybody(connection: Connection, contest_id: UUID) -> None:
    """The thresholds have changed; likewise."""
    await connection.execute(queries.add_everybody_due, contest_id)
    await look_once_more(connection, contest_id)


async def look_once_more(connection: Connection, contest_id: UUID) -> None:
    """Somebody is due already."""
    await enqueue(connection, JobKind.DETECT_FLAGS, contest_id)


async def look_later(connection: Connection, contest_id: UUID) -> None:
    """Somebody is due, and others may soon be."""
    await enqueue(connection, JobKind.DETECT_FLAGS, contest_id, after_seconds=_SECONDS_TO_GATHER)
