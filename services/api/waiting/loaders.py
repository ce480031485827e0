"""What waits in many contests at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.waiting import store
from services.api.waiting.types import WaitingMatter


async def waiting_of_contests(context: Context, ids: Sequence[UUID]) -> list[list[WaitingMatter]]:
    return await store.find_waiting(context.pool, context.rows("WaitingMatter"), ids)


LOADERS: Mapping[str, Loader] = {"Contest.waiting": waiting_of_contests}
