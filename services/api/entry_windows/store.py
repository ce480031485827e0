"""Entry windows in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.api.contests.store import by_contest
from services.api.context import Executor
from services.api.entry_windows.types import EntryWindow
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.registration.rules import Window
from services.shared.vocabulary import EntryWay

queries = load(Path(__file__).with_name("queries.sql"))


async def find_windows_of(database: Executor, contests: Sequence[UUID]) -> list[list[EntryWindow]]:
    return by_contest(contests, await database.fetch(queries.find_windows, contests), EntryWindow.of)


async def set_window(
    connection: Connection, contest_id: UUID, way: EntryWay, opens_at: datetime | None, closes_at: datetime
) -> Window | None:
    """Sets a window and answers what it was before."""
    row = await connection.fetchrow(queries.find_window, contest_id, way)
    await connection.execute(queries.set_window, contest_id, way, opens_at, closes_at)
    return Window(row["opens_at"], row["closes_at"]) if row else None
