"""Many archives at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.archives import store
from services.api.archives.types import Archive
from services.api.context import Context, Loader


async def archives(context: Context, ids: Sequence[UUID]) -> list[Archive | None]:
    return await store.find_archives(context.pool, context.rows("Archive"), ids)


LOADERS: Mapping[str, Loader] = {"Archive": archives}
