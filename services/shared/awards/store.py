"""The awards of a run in PostgreSQL, with what people decided of ties."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from uuid import UUID

from services.shared.awards.settle import Prize, Settled, settle
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


async def find_awards(connection: Connection, run_id: UUID) -> list[Settled]:
    """In the rules' order."""
    rows = await connection.fetch(queries.find_prizes, run_id)
    decided = await connection.fetch(queries.find_decisions, run_id)
    return settle([Prize(*row) for row in rows], {row["award"]: row["winners"] for row in decided})


@dataclass(frozen=True, slots=True)
class Decision:
    """Which of those tied for an award of a run get it."""

    run_id: UUID
    award: str
    winners: Sequence[UUID]
    reason: str
    user_id: UUID | None


async def add_decision(connection: Connection, decision: Decision) -> None:
    """From now on it holds, in place of one before."""
    await connection.execute(queries.insert_decision, new_id(), *astuple(decision))
