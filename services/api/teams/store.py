"""Teams in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.nodes import Page
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def find_teams(database: Executor, scope: Scope, cities: Sequence[UUID]) -> list[asyncpg.Record]:
    """A row a city whose team the viewer may see, as far as it is known; see the query for its columns."""
    return await database.fetch(queries.find_teams, *scope, cities)


async def list_teams(
    database: Executor, scope: Scope, contest_id: UUID, page: Page
) -> tuple[list[tuple[int, UUID]], int]:
    """Place and city of each team on the page, and how many there are."""
    rows = await database.fetch(queries.list_teams, *scope, contest_id, page.after, page.limit + 1)
    return [(row["position"], row["id"]) for row in rows if row["id"]], rows[0]["total"]


async def find_contest_of_city(database: Executor, city_id: UUID) -> UUID | None:
    contest_id: UUID | None = await database.fetchval(queries.find_contest_of_city, city_id)
    return contest_id


async def set_officials(
    connection: Connection, team_id: UUID, leader: UUID | None, assistant: str | None, sealed_phone: bytes | None
) -> None:
    await connection.execute(queries.set_officials, team_id, leader, assistant, sealed_phone)


async def confirm_team(connection: Connection, team_id: UUID, user: UUID | None) -> None:
    await connection.execute(queries.confirm_team, team_id, user)


async def reopen_team(connection: Connection, team_id: UUID, user: UUID | None, reason: str) -> None:
    await connection.execute(queries.reopen_team, team_id, user, reason)


async def find_broken(connection: Connection, contestants: Sequence[UUID]) -> list[asyncpg.Record]:
    """`number, city_id, city` of each who is missing from a confirmed team."""
    return await connection.fetch(queries.find_broken, contestants)
