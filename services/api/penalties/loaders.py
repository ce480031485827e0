"""Many penalties at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.penalties import store
from services.api.penalties.types import Penalty


async def penalties(context: Context, ids: Sequence[UUID]) -> list[Penalty | None]:
    return await store.find_penalties(context.pool, context.rows("Penalty"), ids)


LOADERS: Mapping[str, Loader] = {"Penalty": penalties}
