"""What many contests take, at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.formats import store
from services.api.formats.types import Format
from services.shared.formats.own import Own


async def formats_of_contests(context: Context, ids: Sequence[UUID]) -> list[list[Format]]:
    return await store.find_formats_of(context.pool, ids)


async def own_formats_of_contests(context: Context, ids: Sequence[UUID]) -> list[Own]:
    return await store.find_own_of(context.pool, ids)


LOADERS: Mapping[str, Loader] = {
    "Contest.formats": formats_of_contests,
    "Contest.ownFormats": own_formats_of_contests,
}
