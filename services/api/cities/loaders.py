"""The state of many cities at once: a fixed number of statements, however many cities and people."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from services.api.cities import store
from services.api.cities.assemble import city_status
from services.api.cities.store import Wanted
from services.api.cities.types import CityStatus
from services.api.context import Context, Loader
from services.api.coverage.store import list_files
from services.api.teams.loaders import teams


async def statuses(context: Context, wanted: Sequence[Wanted]) -> list[CityStatus | None]:
    """By city and round (none: the current one); None for cities that the viewer does not look after."""
    scope = context.rows("CityStatus")
    cities = await store.find_cities(context.pool, scope, wanted)
    if not cities:
        return [None] * len(wanted)
    ids = list({city["id"] for city in cities})
    pairs = list({(city["id"], city["round_id"]) for city in cities})
    found_people = await store.list_people(context.pool, scope, pairs)
    files = await list_files(context.pool, [(one["id"], one["round_id"]) for one in found_people if one["round_id"]])
    people: dict[Wanted, list[asyncpg.Record]] = defaultdict(list)
    for row in found_people:
        people[row["city_id"], row["round_id"]].append(row)
    places: dict[UUID, list[asyncpg.Record]] = defaultdict(list)
    for row in await store.list_places(context.pool, ids):
        places[row["city_id"]].append(row)
    found_teams = dict(zip(ids, await teams(context, ids), strict=True))
    found = {
        (city["id"], city["asked_round_id"]): city_status(
            city, people[city["id"], city["round_id"]], places[city["id"]], files, found_teams[city["id"]]
        )
        for city in cities
    }
    return [found.get(key) for key in wanted]


LOADERS: Mapping[str, Loader] = {"City.status": statuses}
