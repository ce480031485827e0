"""Many flags at once, and how many contestants have."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.flags import store
from services.api.flags.types import Flag


async def flags(context: Context, ids: Sequence[UUID]) -> list[Flag | None]:
    return await store.find_flags(context.pool, context.rows("Flag"), ids)


async def open_flags(context: Context, contestants: Sequence[UUID]) -> list[int]:
    """The field itself says who may see them."""
    return await store.count_open(context.pool, contestants)


LOADERS: Mapping[str, Loader] = {"Flag": flags, "Contestant.openFlags": open_flags}
