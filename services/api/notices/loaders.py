"""Many notices and what is attached to them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.nodes import Connection, Page
from services.api.notices import store
from services.api.notices.types import Notice, NoticeAttachment


async def notices(context: Context, ids: Sequence[UUID]) -> list[Notice | None]:
    return await store.find_notices(context.pool, ids)


async def attachments(context: Context, ids: Sequence[UUID]) -> list[list[NoticeAttachment]]:
    return await store.find_attachments(context.pool, ids)


async def of_contests(context: Context, keys: Sequence[tuple[UUID, int, str | None]]) -> list[Connection[Notice]]:
    return [await find_page(context, *key) for key in keys]


async def find_page(context: Context, contest: UUID, first: int, after: str | None) -> Connection[Notice]:
    """The notices of a contest, the newest first."""
    page = Page.of(f"notices {contest}", first, after)
    found, total = await store.list_notices(context.pool, contest, page)
    return page.connect([(notice.number, notice) for notice in found], total)


async def by_number(context: Context, keys: Sequence[tuple[UUID, int]]) -> list[Notice | None]:
    return await store.find_by_number(context.pool, keys)


LOADERS: Mapping[str, Loader] = {
    "Notice": notices,
    "Notice.attachments": attachments,
    "Contest.notices": of_contests,
    "Contest.notice": by_number,
}
