"""Many finalists at once."""

from collections.abc import Mapping, Sequence

from services.api.context import Context, Loader
from services.api.finalists import store
from services.api.finalists.types import Finalist


async def finalists(context: Context, keys: Sequence[object]) -> list[Finalist | None]:
    """Keys of another form, as a made-up id may hold, find nothing."""
    pairs = [key for key in keys if isinstance(key, tuple) and len(key) == 2]
    found = await store.find_finalists(context.pool, context.rows("Finalist"), pairs)
    by_key = dict(zip(pairs, found, strict=True))
    return [by_key.get(key) if isinstance(key, tuple) else None for key in keys]


LOADERS: Mapping[str, Loader] = {"Finalist": finalists}
