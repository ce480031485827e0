"""Proposals, and what people select, in PostgreSQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import RunScope, Scope
from services.api.contestants.types import Places
from services.api.contests.types import City
from services.api.context import Executor
from services.api.finalists.select import Candidate, Selected, Successor
from services.api.finalists.types import CityFinalists, Finalist
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.rules.check import parse_rules
from services.shared.rules.model import FinalistPolicy
from services.shared.vocabulary import Place, SelectedPlace

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class ProposalFound:
    """What a run proposes, city by city, with the contest's version when it was read."""

    contest_id: UUID
    version: int
    policy: FinalistPolicy | None
    cities: list[CityFinalists]


async def list_proposal(
    database: Executor, scope: RunScope, round_id: UUID, run_id: UUID | None, city_id: UUID | None, *, explain: bool
) -> ProposalFound | None:
    """None when there is no such run for this viewer. No city when the rules propose nobody."""
    wanted = round_id, run_id, city_id, explain
    rows = await database.fetch(queries.list_proposal, *scope.rows, *wanted, *scope.organised)
    if not rows:
        return None
    first, policy, places = rows[0], policy_of(rows[0]["document"]), Places()
    cities = []
    if policy is not None:
        cities = [
            _proposal(list(group), round_id, policy, places) for _, group in groupby(rows, itemgetter("place_city_id"))
        ]
    return ProposalFound(first["run_contest_id"], first["version"], policy, cities)


def _proposal(rows: Sequence[asyncpg.Record], round_id: UUID, policy: FinalistPolicy, places: Places) -> CityFinalists:
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
        round_id=round_id,
        city=city,
        streamers=found[Place.STREAMER],
        tied=found[Place.TIED],
        reserves=found[Place.RESERVE],
        shortage=max(0, policy.minimum - len(found[Place.STREAMER])),
    )


async def find_finalists(
    database: Executor, scope: RunScope, keys: Sequence[tuple[UUID, UUID]]
) -> list[Finalist | None]:
    """By run and contestant."""
    runs, contestants = [run for run, _ in keys], [contestant for _, contestant in keys]
    rows = await database.fetch(queries.find_finalists, *scope.rows, runs, contestants, *scope.organised)
    places = Places()
    found = {(row["run_id"], row["id"]): Finalist.of(row, places) for row in rows}
    return [found.get(key) for key in keys]


@lru_cache(maxsize=64)
def policy_of(document: str) -> FinalistPolicy | None:
    """Who is proposed under a rules document that has been checked."""
    return parse_rules(document).finalists


async def list_selected(
    database: Executor, scope: Scope, rounds: Sequence[UUID], cities: Sequence[UUID] | None
) -> list[asyncpg.Record]:
    """Rows for `SelectedFinalist.of`, in the order of city, place and position."""
    return await database.fetch(queries.list_selected, *scope, rounds, cities)


async def selected_rounds(database: Executor, rounds: Sequence[UUID]) -> set[UUID]:
    return {row["round_id"] for row in await database.fetch(queries.selected_rounds, rounds)}


async def find_contest_of_round(connection: Connection, scope: Scope, round_id: UUID) -> UUID | None:
    contest_id: UUID | None = await connection.fetchval(
        queries.find_contest_of_round, scope.everywhere, scope.contests, round_id
    )
    return contest_id


async def find_round_to_select(connection: Connection, round_id: UUID) -> asyncpg.Record | None:
    """`id, contest_id, adopted_run_id, kept_back, document, selection_id, confirmed_city`; the contest is locked."""
    return await connection.fetchrow(queries.find_round_to_select, round_id)


async def list_candidates(connection: Connection, run_id: UUID, named: Sequence[UUID]) -> list[Candidate]:
    rows = await connection.fetch(queries.list_candidates, run_id, named)
    return [
        Candidate(
            contestant_id=row["contestant_id"],
            city_id=row["city_id"],
            city=row["city"],
            number=row["number"],
            position=row["position"],
            proposed=Place(row["place"]) if row["place"] else None,
            eligible=row["eligible"],
        )
        for row in rows
    ]


async def list_places(connection: Connection, selection_id: UUID | None) -> list[asyncpg.Record]:
    """`contestant_id, city_id, place, number`; nobody without a selection."""
    return await connection.fetch(queries.list_places, selection_id)


async def write_selection(
    connection: Connection, round_: asyncpg.Record, selected: Iterable[Selected], reason: str, user: UUID | None
) -> None:
    """The whole selection of a round, in place of the one there was; each city gets its team."""
    contest_id, round_id = round_["contest_id"], round_["id"]
    selection_id = await connection.fetchval(
        queries.put_selection, new_id(), contest_id, round_id, round_["adopted_run_id"], reason, user
    )
    await connection.execute(queries.clear_selected, selection_id)
    rows = [
        (
            selection_id,
            one.candidate.contestant_id,
            one.candidate.city_id,
            one.place,
            one.position,
            one.candidate.proposed or "",
            one.reason,
        )
        for one in selected
    ]
    await connection.executemany(queries.insert_selected, rows)
    cities = [row["id"] for row in await connection.fetch(queries.list_city_ids, contest_id)]
    await connection.executemany(queries.insert_team, [(new_id(), contest_id, city, round_id) for city in cities])


async def find_place(connection: Connection, round_id: UUID, contestant_id: UUID) -> asyncpg.Record | None:
    """`selection_id, run_id, city_id, city, place, position, number, document, confirmed`."""
    return await connection.fetchrow(queries.find_place, round_id, contestant_id)


async def find_free_place(connection: Connection, round_id: UUID, city_id: UUID) -> asyncpg.Record | None:
    """`selection_id, run_id, city_id, city, taken, document, confirmed`: the streamers' positions are `taken`."""
    return await connection.fetchrow(queries.find_free_place, round_id, city_id)


async def list_successors(
    connection: Connection, place: asyncpg.Record, named: UUID | None
) -> dict[UUID, tuple[Successor, asyncpg.Record]]:
    """Everybody of the city in the selection, and whoever is named: by id, with `number` and `proposed_place`."""
    rows = await connection.fetch(
        queries.list_successors, place["selection_id"], place["run_id"], place["city_id"], named
    )
    return {
        row["id"]: (
            Successor(
                row["id"], SelectedPlace(row["place"]) if row["place"] else None, row["position"], row["eligible"]
            ),
            row,
        )
        for row in rows
    }


async def exchange(
    connection: Connection, place: asyncpg.Record, leaving: UUID, coming: asyncpg.Record | None, reason: str
) -> None:
    """A streamer leaves; whoever comes takes over the position."""
    await connection.execute(queries.leave_place, place["selection_id"], leaving, reason, coming and coming["id"])
    if coming is not None:
        await take(connection, place, place["position"], coming, reason)


async def take(
    connection: Connection, place: asyncpg.Record, position: int, coming: asyncpg.Record, reason: str
) -> None:
    """Somebody becomes the streamer in a position of a city's selection."""
    await connection.execute(
        queries.take_place,
        *(place["selection_id"], coming["id"], place["city_id"], position),
        *(coming["proposed_place"] or "", reason),
    )
