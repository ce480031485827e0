"""Many standings at once, and the standings of contestants."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.api.context import Context, Loader
from services.api.publications.standings import find_published_of_rounds, find_published_of_runs
from services.api.rankings import store
from services.api.rankings.store import StandingKey
from services.api.rankings.types import Standing


async def standings(context: Context, keys: Sequence[object]) -> list[Standing | None]:
    """Keys of another form, as a made-up id may hold, find nothing."""
    pairs = [key for key in keys if isinstance(key, tuple) and len(key) == 2]
    found = dict(zip(pairs, await _find(context, pairs), strict=True))
    return [found.get(key) if isinstance(key, tuple) else None for key in keys]


async def _find(context: Context, keys: Sequence[StandingKey]) -> list[Standing | None]:
    """In runs that the viewer may see, else as published."""
    found = await store.find_standings(context.pool, context.runs("Standing"), keys)
    hidden = [key for key, standing in zip(keys, found, strict=True) if standing is None]
    published = await find_published_of_runs(context, hidden) if hidden else {}
    return [standing or published.get(key) for key, standing in zip(keys, found, strict=True)]


async def standings_of_contestants(context: Context, keys: Sequence[tuple[UUID, UUID]]) -> list[Standing | None]:
    """Of contestants in the adopted runs of rounds, else as published."""
    runs = await store.find_adopted_runs(
        context.pool, context.runs("Standing"), list({round_id for _, round_id in keys})
    )
    pairs = {key: (runs[key[1]], key[0]) for key in keys if key[1] in runs}
    rows = await store.find_standings(context.pool, context.runs("Standing"), list(pairs.values()))
    found = dict(zip(pairs, rows, strict=True))
    hidden = [(round_id, contestant) for contestant, round_id in keys if not found.get((contestant, round_id))]
    published = await find_published_of_rounds(context, hidden) if hidden else {}
    return [found.get(key) or published.get((key[1], key[0])) for key in keys]


async def explanations(context: Context, keys: Sequence[StandingKey]) -> list[Mapping[str, Any]]:
    return await store.find_explanations(context.pool, keys)


LOADERS: Mapping[str, Loader] = {
    "Standing": standings,
    "Standing.score": explanations,
    "Contestant.standing": standings_of_contestants,
}
