"""Many revisions at once, and what is published of contestants."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.nodes import Connection, Page
from services.api.publications import store
from services.api.publications.types import Publication
from services.api.rows import in_order


async def publications(context: Context, ids: Sequence[UUID]) -> list[Publication | None]:
    rows = await store.find_publications(context.pool, context.rows("Publication"), ids)
    return in_order(ids, rows, Publication.of)


async def replacements(context: Context, ids: Sequence[UUID]) -> list[Publication | None]:
    later = await store.find_replacements(context.pool, context.rows("Publication"), ids)
    found = dict(zip(later.values(), await publications(context, list(later.values())), strict=True))
    return [found.get(later[each]) if each in later else None for each in ids]


async def canonical(context: Context, ids: Sequence[UUID]) -> list[str | None]:
    found = await store.find_canonical(context.pool, ids)
    return [found.get(each) for each in ids]


async def of_contests(
    context: Context, keys: Sequence[tuple[UUID, UUID | None, int, str | None]]
) -> list[Connection[Publication]]:
    return [await _page(context, *key) for key in keys]


async def _page(
    context: Context, contest: UUID, round_: UUID | None, first: int, after: str | None
) -> Connection[Publication]:
    page = Page.of(f"publications {contest} {round_}", first, after)
    rows, total = await store.list_publications(context.pool, context.rows("Publication"), contest, round_, page)
    return page.connect([(row["place"], Publication.of(row)) for row in rows], total)


LOADERS: Mapping[str, Loader] = {
    "Contest.publications": of_contests,
    "Publication": publications,
    "Publication.replacedBy": replacements,
    "Publication.canonical": canonical,
}
