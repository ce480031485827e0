"""Many links at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.links import store
from services.api.links.types import Link


async def links(context: Context, ids: Sequence[UUID]) -> list[Link | None]:
    return await store.find_links(context.pool, context.rows("Link"), ids)


async def links_of_contestants(context: Context, ids: Sequence[UUID]) -> list[list[Link]]:
    return await store.list_links(context.pool, ids)


LOADERS: Mapping[str, Loader] = {"Link": links, "Contestant.links": links_of_contestants}
