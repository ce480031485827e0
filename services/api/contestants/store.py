"""Contestants in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.api.access import Scope
from services.api.contestants.types import Contestant, Places
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.sql import load
from services.shared.vocabulary import Eligibility

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contestants of a contest; None means any."""

    contest_id: UUID
    city_id: UUID | None = None
    division_id: UUID | None = None
    eligibility: Eligibility | None = None
    search: str | None = None


async def list_contestants(
    database: Executor, scope: Scope, wanted: Wanted, page: Page
) -> tuple[list[Contestant], int]:
    rows = await database.fetch(
        queries.list_contestants,
        *scope,
        wanted.contest_id,
        wanted.city_id,
        wanted.division_id,
        wanted.eligibility,
        page.after,
        page.limit + 1,
        wanted.search,
    )
    places = Places()
    return [Contestant.of(row, places) for row in rows if row["id"]], rows[0]["total"]


async def find_contestants(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Contestant | None]:
    rows, places = await database.fetch(queries.find_contestants, *scope, ids), Places()
    return in_order(ids, rows, lambda row: Contestant.of(row, places))
