"""Who takes part in scoring runs from when to when.

Call these with the contest's row locked and with PostgreSQL's `clock_timestamp()` read after that: a run locks the row
as well when it is started, so everybody is approved before it or after it, never in between.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def open_approvals(connection: Connection, contestants: Sequence[UUID], now: datetime) -> None:
    """From now on they take part, with the city, division and account they have now."""
    await connection.execute(queries.open_approvals, contestants, now)


async def close_approvals(connection: Connection, contestants: Sequence[UUID], now: datetime) -> None:
    """From now on they take part no longer; runs started before stay as they are."""
    await connection.execute(queries.close_approvals, contestants, now)
