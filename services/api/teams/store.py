"""Teams, put together from what the last adopted run proposes."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.nodes import Page
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def find_places(database: Executor, scope: Scope, cities: Sequence[UUID]) -> dict[UUID, asyncpg.Record]:
    """By city: `contest_id, name, aliases, round_id, leader`."""
    return {row["id"]: row for row in await database.fetch(queries.find_places, *scope, cities)}


async def list_teams(
    database: Executor, scope: Scope, contest_id: UUID, page: Page
) -> tuple[list[tuple[int, UUID]], int]:
    """Place and city of each team on the page, and how many there are."""
    rows = await database.fetch(queries.list_teams, *scope, contest_id, page.after, page.limit + 1)
    return [(row["position"], row["id"]) for row in rows if row["id"]], rows[0]["total"]
