"""Scoring runs and their adoption in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import RunScope, Scope
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import in_order
from services.api.scoring_runs.types import Adoption, ScoringRun
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def list_runs(database: Executor, scope: RunScope, round_id: UUID, page: Page) -> tuple[list[ScoringRun], int]:
    rows = await database.fetch(queries.list_runs, *scope.rows, round_id, page.after, page.limit + 1, *scope.organised)
    return [ScoringRun.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_runs(database: Executor, scope: RunScope, ids: Sequence[UUID]) -> list[ScoringRun | None]:
    rows = await database.fetch(queries.find_runs, *scope.rows, ids, *scope.organised)
    return in_order(ids, rows, ScoringRun.of)


async def list_adoptions(database: Executor, scope: RunScope, rounds: Sequence[UUID]) -> list[list[Adoption]]:
    """Of each round, the last first."""
    found: dict[UUID, list[Adoption]] = {key: [] for key in rounds}
    for row in await database.fetch(queries.list_adoptions, rounds, *scope.organised):
        found[row["round_id"]].append(Adoption.of(row))
    return [found[key] for key in rounds]


async def lock_round(connection: Connection, scope: Scope, round_id: UUID) -> asyncpg.Record | None:
    """A round where the viewer may act, read once its contest is locked."""
    locked = await connection.fetchval(queries.lock_round, scope.everywhere, scope.contests, round_id)
    return await connection.fetchrow(queries.find_round, locked) if locked else None


async def find_round_of_run(connection: Connection, scope: Scope, run_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.find_round_of_run, scope.everywhere, scope.contests, run_id)


async def lock_run(connection: Connection, scope: Scope, run_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.lock_run, scope.everywhere, scope.contests, run_id)


async def cancel_job(connection: Connection, run_id: UUID) -> None:
    """Takes the work away: a worker that is at it finds its fence moved and commits nothing."""
    await connection.execute(queries.cancel_job, run_id)


async def cancel_run(connection: Connection, run_id: UUID, reason: str) -> None:
    await connection.execute(queries.cancel_run, run_id, reason)
