"""Featured products in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.api.context import Executor
from services.api.nodes import Page
from services.api.products.types import Product
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.vocabulary import Platform

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class NewProduct:
    """What is to be featured."""

    platform: Platform
    product_id: str
    title: str
    city_id: UUID | None


async def list_products(
    database: Executor, contest_id: UUID, page: Page, *, platform: Platform | None, city_id: UUID | None
) -> tuple[list[Product], int]:
    rows = await database.fetch(queries.list_products, contest_id, platform, city_id, page.after, page.limit + 1)
    return [Product.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_products(database: Executor, ids: Sequence[UUID]) -> list[Product | None]:
    return in_order(ids, await database.fetch(queries.find_products, ids), Product.of)


async def have_cities(connection: Connection, contest_id: UUID, cities: Sequence[UUID]) -> bool:
    return len(await connection.fetch(queries.find_cities, contest_id, cities)) == len(set(cities))


async def add_products(
    connection: Connection, contest_id: UUID, new: Sequence[NewProduct], sequence: int, user: UUID | None
) -> int:
    """Features those that are not featured already; answers how many that were."""
    added = 0
    for one in new:
        values = one.platform, one.product_id, one.title, one.city_id, sequence, user
        added += await connection.fetchval(queries.add_product, new_id(), contest_id, *values) is not None
    return added


async def find_featured(database: Executor, contest_id: UUID, named: Sequence[NewProduct]) -> list[Product]:
    keys = [one.platform for one in named], [one.product_id for one in named]
    return [Product.of(row) for row in await database.fetch(queries.find_featured, contest_id, *keys)]


async def remove_products(
    connection: Connection, contest_id: UUID, ids: Sequence[UUID], sequence: int, *, user: UUID | None, reason: str
) -> int:
    """How many of them were featured."""
    return len(await connection.fetch(queries.remove_products, contest_id, ids, sequence, user, reason))
