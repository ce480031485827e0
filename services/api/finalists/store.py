"""Proposals in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.contestants.types import Places
from services.api.contests.types import City
from services.api.context import Executor
from services.api.finalists.types import CityFinalists, Finalist
from services.shared.database.sql import load
from services.shared.rules.check import parse_rules
from services.shared.rules.model import FinalistPolicy
from services.shared.vocabulary import Place

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class ProposalFound:
    """What a run proposes, city by city, with the contest's version when it was read."""

    contest_id: UUID
    version: int
    policy: FinalistPolicy | None
    cities: list[CityFinalists]


async def list_proposal(
    database: Executor, scope: Scope, round_id: UUID, run_id: UUID | None, city_id: UUID | None, *, explain: bool
) -> ProposalFound | None:
    """None when there is no such run for this viewer. No city when the rules propose nobody."""
    rows = await database.fetch(queries.list_proposal, *scope, round_id, run_id, city_id, explain)
    if not rows:
        return None
    first, policy, places = rows[0], policy_of(rows[0]["document"]), Places()
    cities = []
    if policy is not None:
        cities = [_proposal(list(group), policy, places) for _, group in groupby(rows, itemgetter("place_city_id"))]
    return ProposalFound(first["run_contest_id"], first["version"], policy, cities)


def _proposal(rows: Sequence[asyncpg.Record], policy: FinalistPolicy, places: Places) -> CityFinalists:
    city = City(
        uuid=rows[0]["place_city_id"],
        contest_id=rows[0]["run_contest_id"],
        name=rows[0]["place_city_name"],
        aliases=rows[0]["place_city_aliases"],
    )
    found: dict[Place, list[Finalist]] = {place: [] for place in Place}
    for row in rows:
        if row["place"] is not None:
            found[Place(row["place"])].append(Finalist.of(row, places))
    return CityFinalists(
        city=city,
        streamers=found[Place.STREAMER],
        tied=found[Place.TIED],
        reserves=found[Place.RESERVE],
        shortage=max(0, policy.minimum - len(found[Place.STREAMER])),
    )


async def find_finalists(database: Executor, scope: Scope, keys: Sequence[tuple[UUID, UUID]]) -> list[Finalist | None]:
    """By run and contestant."""
    runs, contestants = [run for run, _ in keys], [contestant for _, contestant in keys]
    rows = await database.fetch(queries.find_finalists, *scope, runs, contestants)
    places = Places()
    found = {(row["run_id"], row["id"]): Finalist.of(row, places) for row in rows}
    return [found.get(key) for key in keys]


@lru_cache(maxsize=64)
def policy_of(document: str) -> FinalistPolicy | None:
    """Who is proposed under a rules document that has been checked."""
    return parse_rules(document).finalists
