"""Comparisons in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.comparisons.filter import Only
from services.api.comparisons.types import Comparison, ComparisonRow
from services.api.contestants.types import Places
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


async def find_comparisons(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Comparison | None]:
    return in_order(ids, await database.fetch(queries.find_comparisons, *scope, ids), Comparison.of)


async def list_comparisons(
    database: Executor, scope: Scope, round_id: UUID, page: Page
) -> tuple[list[Comparison], int]:
    rows = await database.fetch(queries.list_comparisons, *scope, round_id, page.after, page.limit + 1)
    return [Comparison.of(row) for row in rows if row["id"]], rows[0]["total"]


async def list_rows(
    database: Executor, comparison_id: UUID, only: Only, page: Page, *, count: bool
) -> tuple[list[tuple[int, ComparisonRow]], int]:
    """Rows of a comparison that the viewer has been shown, with their positions; how many fit is 0 unless asked for."""
    asked = comparison_id, *only, page.after, page.limit + 1, count
    rows, places = await database.fetch(queries.list_rows, *asked), Places()
    found = [(row["position"], ComparisonRow.of(row, places)) for row in rows if row["position"] is not None]
    return found, rows[0]["total"] or 0


async def lock_runs(connection: Connection, scope: Scope, ids: Sequence[UUID]) -> dict[UUID, asyncpg.Record]:
    """Runs where the viewer may act; their contest is locked."""
    rows = await connection.fetch(queries.lock_runs, scope.everywhere, scope.contests, ids)
    return {row["id"]: row for row in rows}


async def find_made(connection: Connection, base: UUID, other: UUID) -> UUID | None:
    """The comparison of two runs that there is: it would always find the same."""
    found: UUID | None = await connection.fetchval(queries.find_made, base, other)
    return found


async def add_comparison(
    connection: Connection, base: asyncpg.Record, other: UUID | None, rules_document: str | None, user: UUID | None
) -> UUID:
    key = new_id()
    place = base["contest_id"], base["round_id"], base["id"]
    await connection.execute(queries.insert_comparison, key, *place, other, rules_document, user)
    return key
