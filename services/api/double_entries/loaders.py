"""Many double entries at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.double_entries import store
from services.api.double_entries.types import DoubleEntry


async def double_entries(context: Context, ids: Sequence[UUID]) -> list[DoubleEntry | None]:
    return await store.find_double_entries(context.pool, context.rows("DoubleEntry"), ids)


LOADERS: Mapping[str, Loader] = {"DoubleEntry": double_entries}
