"""What is read for many contests, cities or rounds at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.contests import store
from services.api.contests.evidence import DemandedEvidence
from services.api.contests.rounds import Round
from services.api.contests.types import City, Contest, Division, Quota
from services.api.context import Context, Loader


async def contests(context: Context, ids: Sequence[UUID]) -> list[Contest | None]:
    return await store.find_contests(context.pool, ids)


async def cities(context: Context, ids: Sequence[UUID]) -> list[City | None]:
    return await store.find_cities(context.pool, ids)


async def divisions(context: Context, ids: Sequence[UUID]) -> list[Division | None]:
    return await store.find_divisions(context.pool, ids)


async def rounds(context: Context, ids: Sequence[UUID]) -> list[Round | None]:
    return await store.find_rounds(context.pool, ids)


async def cities_of_contest(context: Context, ids: Sequence[UUID]) -> list[list[City]]:
    return await store.find_cities_of(context.pool, ids)


async def divisions_of_contest(context: Context, ids: Sequence[UUID]) -> list[list[Division]]:
    return await store.find_divisions_of(context.pool, ids)


async def rounds_of_contest(context: Context, ids: Sequence[UUID]) -> list[list[Round]]:
    return await store.find_rounds_of(context.pool, ids)


async def quotas_of_contest(context: Context, ids: Sequence[UUID]) -> list[list[Quota]]:
    return await store.find_quotas_of(context.pool, context.rows("Contestant"), ids)


async def contestants_in_contest(context: Context, ids: Sequence[UUID]) -> list[int]:
    return await store.count_contestants(context.pool, context.rows("Contestant"), ids, of_cities=False)


async def contestants_in_city(context: Context, ids: Sequence[UUID]) -> list[int]:
    return await store.count_contestants(context.pool, context.rows("Contestant"), ids, of_cities=True)


async def evidence_of_divisions(context: Context, ids: Sequence[UUID]) -> list[list[DemandedEvidence]]:
    return await store.find_demanded(context.pool, ids)


async def holders_in_division(context: Context, ids: Sequence[UUID]) -> list[int]:
    return await store.count_holders(context.pool, context.rows("Contestant"), ids)


LOADERS: Mapping[str, Loader] = {
    "Contest": contests,
    "City": cities,
    "Division": divisions,
    "Round": rounds,
    "Division.evidence": evidence_of_divisions,
    "Contest.cities": cities_of_contest,
    "Contest.divisions": divisions_of_contest,
    "Contest.rounds": rounds_of_contest,
    "Contest.quotas": quotas_of_contest,
    "Contest.contestantCount": contestants_in_contest,
    "City.contestantCount": contestants_in_city,
    "Division.taken": holders_in_division,
}
