"""The open appeals and objections about a round, for whatever must wait for them."""

from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


class OpenAppeals(NamedTuple):
    """How many wait for a decision, and whether the contest publishes nothing before they have one."""

    open: int
    decided_first: bool

    @property
    def blocks_publication(self) -> bool:
        return self.decided_first and self.open > 0


async def find_open(connection: Connection, round_id: UUID) -> OpenAppeals:
    row = await connection.fetchrow(queries.find_open, round_id)
    return OpenAppeals(*row) if row else OpenAppeals(0, decided_first=False)
