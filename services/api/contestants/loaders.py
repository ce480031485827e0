"""Many contestants at once, and the contestants of a city."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.contestants import store
from services.api.contestants.types import Contestant
from services.api.context import Context, Loader
from services.api.nodes import Connection, Page


async def contestants(context: Context, ids: Sequence[UUID]) -> list[Contestant | None]:
    return await store.find_contestants(context.pool, context.rows("Contestant"), ids)


async def page_of(context: Context, wanted: store.Wanted, first: int, after: str | None) -> Connection[Contestant]:
    """A page of the contestants that are wanted and that the viewer may see."""
    page = Page.of(f"contestants {wanted}", first, after)
    found, total = await store.list_contestants(context.pool, context.rows("Contestant"), wanted, page)
    return page.connect([(contestant.number, contestant) for contestant in found], total)


async def contestants_of_city(
    context: Context, keys: Sequence[tuple[UUID, UUID, int, str | None]]
) -> list[Connection[Contestant]]:
    wanted = [
        (city, Page.of(f"contestants {store.Wanted(contest, city)}", first, after))
        for contest, city, first, after in keys
    ]
    found = await store.list_of_cities(context.pool, context.rows("Contestant"), wanted)
    return [
        page.connect([(one.number, one) for one in people], total)
        for (_, page), (people, total) in zip(wanted, found, strict=True)
    ]


LOADERS: Mapping[str, Loader] = {"Contestant": contestants, "City.contestants": contestants_of_city}
