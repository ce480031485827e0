"""Links in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.api.access import Scope
from services.api.context import Executor
from services.api.links.types import Link
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.file_vocabulary import LinkKind
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


async def list_links(database: Executor, contestants: Sequence[UUID]) -> list[list[Link]]:
    """Of contestants whom the viewer sees."""
    found: dict[UUID, list[Link]] = {one: [] for one in contestants}
    for row in await database.fetch(queries.list_links, contestants):
        found[row["contestant_id"]].append(Link.of(row))
    return [found[one] for one in contestants]


async def find_links(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Link | None]:
    return in_order(ids, await database.fetch(queries.find_links, *scope, ids), Link.of)


async def list_urls(connection: Connection, contestant_id: UUID) -> list[str]:
    return [row["url"] for row in await connection.fetch(queries.list_urls, contestant_id)]


async def add_link(
    connection: Connection, whose: tuple[UUID, UUID], kind: LinkKind, title: str, url: str, *, user: UUID | None
) -> UUID:
    """`whose`: contest and contestant."""
    link_id = new_id()
    await connection.execute(queries.insert_link, link_id, *whose, kind, title, url, user)
    return link_id


async def remove_link(connection: Connection, link_id: UUID, user: UUID | None) -> None:
    await connection.execute(queries.remove_link, link_id, user)
