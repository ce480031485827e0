"""Many finalists at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.contestants.types import Places
from services.api.context import Context, Loader
from services.api.finalists import store
from services.api.finalists.types import Finalist, SelectedFinalist


async def finalists(context: Context, keys: Sequence[object]) -> list[Finalist | None]:
    """Keys of another form, as a made-up id may hold, find nothing."""
    pairs = [key for key in keys if isinstance(key, tuple) and len(key) == 2]
    found = await store.find_finalists(context.pool, context.runs("Finalist"), pairs)
    by_key = dict(zip(pairs, found, strict=True))
    return [by_key.get(key) if isinstance(key, tuple) else None for key in keys]


async def selected(context: Context, keys: Sequence[tuple[UUID, UUID]]) -> list[list[SelectedFinalist] | None]:
    """By round and city; None where nobody has selected yet."""
    rounds, cities = {round_id for round_id, _ in keys}, {city for _, city in keys}
    rows = await store.list_selected(context.pool, context.rows("Finalist"), list(rounds), list(cities))
    made = await store.selected_rounds(context.pool, list(rounds))
    places = Places()
    found: dict[tuple[UUID, UUID], list[SelectedFinalist]] = {key: [] for key in keys if key[0] in made}
    for row in rows:
        key = row["round_id"], row["team_city_id"]
        if row["visible"] and key in found:
            found[key].append(SelectedFinalist.of(row, places))
    return [found.get(key) for key in keys]


LOADERS: Mapping[str, Loader] = {"Finalist": finalists, "CityFinalists.selected": selected}
