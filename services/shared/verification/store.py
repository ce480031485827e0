"""How far the verification of a round is, for whatever must wait for it."""

from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


class Progress(NamedTuple):
    """People of a round whose figures are to be verified, of them those not compared yet and those that differ."""

    required: int
    open: int
    differs: int
    required_first: bool  # the contest publishes nothing before it is done

    @property
    def blocks_publication(self) -> bool:
        """What differs is not done either: it is settled, then compared again."""
        return self.required_first and self.open + self.differs > 0


async def find_progress(connection: Connection, round_id: UUID) -> Progress | None:
    """None when there is no such round."""
    row = await connection.fetchrow(queries.find_progress, round_id)
    return Progress(*row) if row else None
