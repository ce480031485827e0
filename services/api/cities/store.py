"""What the state of cities follows from, in PostgreSQL: three statements, however many cities."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))

Wanted = tuple[UUID, UUID | None]  # a city, and the round that was asked for


async def find_cities(database: Executor, scope: Scope, wanted: Sequence[Wanted]) -> list[asyncpg.Record]:
    """The cities that the viewer looks after, each with its round; see the query for the columns."""
    cities, rounds = [city for city, _ in wanted], [round_id for _, round_id in wanted]
    return await database.fetch(queries.find_cities, *scope[:3], cities, rounds)


async def list_people(database: Executor, scope: Scope, wanted: Sequence[Wanted]) -> list[asyncpg.Record]:
    """Everybody of these cities, as `list_people` tells of them; a city with two rounds twice."""
    cities, rounds = [city for city, _ in wanted], [round_id for _, round_id in wanted]
    return await database.fetch(queries.list_people, *scope[:3], cities, rounds)


async def list_places(database: Executor, cities: Sequence[UUID]) -> list[asyncpg.Record]:
    """By city, in the order of the divisions: a division's columns and `places`."""
    return await database.fetch(queries.list_places, cities)
