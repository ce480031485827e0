"""What services do to scoring runs in PostgreSQL."""

from pathlib import Path
from uuid import UUID

from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


async def adopt_run(connection: Connection, round_id: UUID, run_id: UUID, reason: str, user: UUID | None) -> None:
    """Makes a scored run the one whose results hold; its contest is locked.

    While the ranking is frozen only organisers see that.
    """
    await connection.execute(queries.adopt_run, round_id, run_id, new_id(), reason, user)
