"""Many notices and what is attached to them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.notices import store
from services.api.notices.types import Notice, NoticeAttachment


async def notices(context: Context, ids: Sequence[UUID]) -> list[Notice | None]:
    return await store.find_notices(context.pool, ids)


async def attachments(context: Context, ids: Sequence[UUID]) -> list[list[NoticeAttachment]]:
    return await store.find_attachments(context.pool, ids)


LOADERS: Mapping[str, Loader] = {"Notice": notices, "Notice.attachments": attachments}
