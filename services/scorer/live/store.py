"""Live refreshes in PostgreSQL."""

from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from services.scorer.live.next_step import Live
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.problems import Problem
from services.shared.vocabulary import RunState

queries = load(Path(__file__).with_name("queries.sql"))


class Refreshed(NamedTuple):
    """A round that is refreshed: for whom, and how it stands."""

    round_id: UUID
    contest_id: UUID
    title: str
    user_id: UUID | None
    run_id: UUID | None
    error: dict[str, Any] | None
    live: Live


async def list_live(database: Connection | Pool, round_id: UUID | None = None) -> list[Refreshed]:
    return [_refreshed(row) for row in await database.fetch(queries.list_live, round_id)]


def _refreshed(row: asyncpg.Record) -> Refreshed:
    live = Live(**{name: row[name] for name in Live._fields})
    state = RunState(live.state) if live.state else None
    whose = row["round_id"], row["contest_id"], row["title"], row["switched_by"]
    return Refreshed(*whose, row["run_id"], row["error"], live._replace(state=state))


async def write_run(connection: Connection, round_id: UUID, run_id: UUID) -> None:
    await connection.execute(queries.write_run, round_id, run_id)


async def stop(connection: Connection, round_id: UUID, problem: Problem) -> None:
    """Until somebody switches it on again."""
    await connection.execute(queries.stop, round_id, problem.as_json())
