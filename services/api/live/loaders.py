"""How many rounds are refreshed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.live import store
from services.api.live.types import LiveRefresh


async def refreshes(context: Context, rounds: Sequence[UUID]) -> list[LiveRefresh | None]:
    """The field itself says who may see them."""
    rows = await store.find_refreshes(context.pool, rounds)
    found = {row["round_id"]: LiveRefresh.of(row) for row in rows}
    return [found.get(key) for key in rounds]


LOADERS: Mapping[str, Loader] = {"Round.liveRefresh": refreshes}
