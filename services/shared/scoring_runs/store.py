"""What runs are started from, and which one holds, in PostgreSQL."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


class Pins(NamedTuple):
    """What no sequence number says of a run."""

    participants: Sequence[UUID] | None  # none: everybody approved
    carried_runs: Sequence[UUID]


async def find_rules(connection: Connection, round_id: UUID) -> asyncpg.Record | None:
    """`id, document` of the last version."""
    return await connection.fetchrow(queries.find_rules, round_id)


async def find_earlier_rounds(
    connection: Connection, contest_id: UUID, keys: Collection[str]
) -> dict[str, asyncpg.Record]:
    """`key, id, title, adopted_run_id, kept_back, selection_id` by key."""
    return {row["key"]: row for row in await connection.fetch(queries.find_earlier_rounds, contest_id, sorted(keys))}


async def list_confirmed_finalists(connection: Connection, selection_id: UUID) -> list[UUID]:
    return [row["contestant_id"] for row in await connection.fetch(queries.list_confirmed_finalists, selection_id)]


async def count_valid_scores(connection: Connection, run_id: UUID) -> int:
    count: int = await connection.fetchval(queries.count_valid_scores, run_id)
    return count


async def list_best(connection: Connection, run_id: UUID, last_rank: int) -> list[UUID]:
    """Whoever has a valid result at that rank or above it."""
    return [row["contestant_id"] for row in await connection.fetch(queries.list_best, run_id, last_rank)]


async def add_run(
    connection: Connection, place: tuple[UUID, UUID], rules_id: UUID, pins: Pins, *, reason: str, user: UUID | None
) -> UUID:
    """The next run; `place`: contest, which is locked, and round."""
    run_id = new_id()
    await connection.execute(queries.insert_run, run_id, *place, rules_id, *pins, reason, user)
    return run_id


async def adopt_run(connection: Connection, round_id: UUID, run_id: UUID, reason: str, user: UUID | None) -> None:
    """Makes a scored run the one whose results hold; its contest is locked.

    While the ranking is frozen only organisers see that.
    """
    await connection.execute(queries.adopt_run, round_id, run_id, new_id(), reason, user)
