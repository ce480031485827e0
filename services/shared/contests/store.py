"""The lock of a contest, and its version: it grows with every change that a reader can see."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def lock_contest(connection: Connection, contest_id: UUID | None) -> datetime | None:
    """Locks the contest and answers the time: what is written at it is later than any run started before.

    None when there is no such contest; nothing waits for a right to the whole installation, which has none.
    """
    now: datetime | None = await connection.fetchval(queries.lock_contest, contest_id)
    return now


async def next_sequence(connection: Connection, contest_id: UUID) -> int:
    """The number of a change of what runs are computed from: runs started before do not see it, later ones do.

    The write locks the contest, and its version grows too.
    """
    number: int = await connection.fetchval(queries.next_sequence, contest_id)
    return number


async def advance_version(connection: Connection, contest_id: UUID) -> None:
    """The next version; until the transaction ends nobody else changes anything that readers of the contest see.

    The write locks the contest: where nothing needs the time, it stands for `lock_contest`.
    """
    await connection.execute(queries.advance_version, contest_id)
