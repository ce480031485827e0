"""Contests, cities, divisions, quotas and rounds in PostgreSQL."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.contests.evidence import DemandedEvidence
from services.api.contests.inputs import CreateContestInput, demanded
from services.api.contests.rounds import Round
from services.api.contests.types import City, Contest, Division, Quota
from services.api.context import Executor
from services.api.errors import ConflictError
from services.api.nodes import Page
from services.api.rows import in_order
from services.api.rules.store import add_rules
from services.shared.audit.store import Value
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))

# What may be changed of a round.
ROUND_COLUMNS = ("opens_at", "closes_at", "exported_from", "exported_until", "uploads_until", "exports_due_days")


async def list_contests(database: Executor, page: Page) -> tuple[list[Contest], int]:
    rows = await database.fetch(queries.list_contests, page.after, page.limit + 1)
    return [Contest.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_contest_by_slug(database: Executor, slug: str) -> Contest | None:
    row = await database.fetchrow(queries.find_contest_by_slug, slug)
    return Contest.of(row) if row else None


async def find_contests(database: Executor, ids: Sequence[UUID]) -> list[Contest | None]:
    return in_order(ids, await database.fetch(queries.find_contests, ids), Contest.of)


async def find_cities(database: Executor, ids: Sequence[UUID]) -> list[City | None]:
    return in_order(ids, await database.fetch(queries.find_cities, ids), City.of)


async def find_divisions(database: Executor, ids: Sequence[UUID]) -> list[Division | None]:
    return in_order(ids, await database.fetch(queries.find_divisions, ids), Division.of)


async def find_demanded(database: Executor, divisions: Sequence[UUID]) -> list[list[DemandedEvidence]]:
    """What each division asks for, in its order."""
    rows = await database.fetch(queries.find_evidence_of_divisions, divisions)
    found = {row["id"]: [DemandedEvidence.of(piece) for piece in row["evidence"]] for row in rows}
    return [found.get(key, []) for key in divisions]


async def read_dates(connection: Connection, contest_id: UUID) -> asyncpg.Record:
    """`teams_until`, `evidence_until` and the time `now`."""
    row = await connection.fetchrow(queries.read_dates, contest_id)
    assert row is not None  # noqa: S101  its row is locked
    return row


async def write_dates(
    connection: Connection, contest_id: UUID, teams_until: datetime | None, evidence_until: datetime | None
) -> None:
    await connection.execute(queries.write_dates, contest_id, teams_until, evidence_until)


async def find_places(connection: Connection, contest_id: UUID) -> list[asyncpg.Record]:
    """Every city and division: their names, the `places` (none: no limit) and how many are `held`."""
    return await connection.fetch(queries.find_places, contest_id)


async def set_quota(connection: Connection, contest_id: UUID, city_id: UUID, division_id: UUID, places: int) -> None:
    await connection.execute(queries.set_quota, contest_id, city_id, division_id, places)


async def read_division(connection: Connection, division_id: UUID) -> asyncpg.Record:
    """`cap`, `evidence`, and how many places are `held`."""
    (row,) = await connection.fetch(queries.read_division, division_id)
    return row


async def write_division(
    connection: Connection, division_id: UUID, cap: int | None, evidence: list[dict[str, str | bool]]
) -> None:
    await connection.execute(queries.write_division, division_id, cap, evidence)


async def read_consent(connection: Connection, contest_id: UUID) -> tuple[str, str]:
    """Version and text, both empty where there is nothing to agree to yet."""
    (row,) = await connection.fetch(queries.read_consent, contest_id)
    return row["consent_version"], row["consent_text"]


async def write_consent(connection: Connection, contest_id: UUID, version: str, text: str) -> None:
    await connection.execute(queries.write_consent, contest_id, version, text)


async def find_rounds(database: Executor, ids: Sequence[UUID]) -> list[Round | None]:
    return in_order(ids, await database.fetch(queries.find_rounds, ids), Round.of)


async def find_cities_of(database: Executor, contests: Sequence[UUID]) -> list[list[City]]:
    return by_contest(contests, await database.fetch(queries.find_cities_of_contests, contests), City.of)


async def find_divisions_of(database: Executor, contests: Sequence[UUID]) -> list[list[Division]]:
    return by_contest(contests, await database.fetch(queries.find_divisions_of_contests, contests), Division.of)


async def find_rounds_of(database: Executor, contests: Sequence[UUID]) -> list[list[Round]]:
    return by_contest(contests, await database.fetch(queries.find_rounds_of_contests, contests), Round.of)


async def find_quotas_of(database: Executor, scope: Scope, contests: Sequence[UUID]) -> list[list[Quota]]:
    rows = await database.fetch(queries.find_quotas_of_contests, *scope, contests)
    cities = {city.uuid: city for each in await find_cities_of(database, contests) for city in each}
    divisions = {division.uuid: division for each in await find_divisions_of(database, contests) for division in each}
    return by_contest(
        contests,
        rows,
        lambda row: Quota(
            city=cities[row["city_id"]],
            division=divisions[row["division_id"]],
            places=row["places"],
            taken=row["taken"],
        ),
    )


async def count_contestants(database: Executor, scope: Scope, ids: Sequence[UUID], *, of_cities: bool) -> list[int]:
    """How many the viewer may see, for each contest or city."""
    rows = await database.fetch(queries.count_contestants, *scope, ids, of_cities)
    totals = {row["id"]: row["total"] for row in rows}
    return [totals.get(key, 0) for key in ids]


async def count_holders(database: Executor, scope: Scope, divisions: Sequence[UUID]) -> list[int]:
    """How many whom the viewer may see hold a place in each division."""
    rows = await database.fetch(queries.count_holders, *scope, divisions)
    totals = {row["id"]: row["total"] for row in rows}
    return [totals.get(key, 0) for key in divisions]


async def write_settings(
    connection: Connection, contest_id: UUID, settings: Mapping[str, Value]
) -> Mapping[str, Value]:
    """Columns of the contest; answers all that may be set as they were before."""
    before: Mapping[str, Value] = await connection.fetchval(queries.write_settings, contest_id, settings)
    return before


async def read_round(connection: Connection, round_id: UUID) -> dict[str, Any]:
    """What may be changed of a round, with `now` and whether it `has_runs`."""
    (row,) = await connection.fetch(queries.read_round, round_id)
    return dict(row)


async def write_round(connection: Connection, round_id: UUID, values: Mapping[str, Any]) -> None:
    await connection.execute(queries.write_round, round_id, *(values[name] for name in ROUND_COLUMNS))


async def insert_contest(connection: Connection, contest: CreateContestInput, user: UUID | None) -> UUID:
    """The id of a contest with all its parts; the data and the rules documents have been checked.

    Raises ConflictError when the slug is taken.
    """
    contest_id = new_id()
    hosts = [{"name": host.name, "role": host.role.value} for host in contest.hosts]
    made = await connection.fetchval(
        queries.insert_contest,
        *(contest_id, contest.slug, contest.title, hosts, contest.ownerless_orders.value),
        *((contest.consent.version, contest.consent.text) if contest.consent else ("", "")),
        *(contest.teams_until, contest.evidence_until, contest.originals.value, contest.link_hosts),
    )
    if made is None:
        raise ConflictError("SLUG_TAKEN", slug=contest.slug)
    cities = {city.name: new_id() for city in contest.cities}
    divisions = {division.key: new_id() for division in contest.divisions}
    await connection.executemany(
        queries.insert_city,
        [
            (cities[city.name], contest_id, city.name, city.aliases, place)
            for place, city in enumerate(contest.cities, 1)
        ],
    )
    await connection.executemany(
        queries.insert_division,
        [
            (divisions[one.key], contest_id, one.key, one.name, one.cap, one.entry_ways, place, demanded(one.evidence))
            for place, one in enumerate(contest.divisions, 1)
        ],
    )
    await connection.executemany(
        queries.insert_quota,
        [(contest_id, cities[quota.city], divisions[quota.division], quota.places) for quota in contest.quotas],
    )
    await connection.executemany(
        queries.insert_window,
        [(contest_id, window.entry_way.value, window.opens_at, window.closes_at) for window in contest.entry_windows],
    )
    await _insert_rounds(connection, contest_id, contest, user)
    return contest_id


async def _insert_rounds(
    connection: Connection, contest_id: UUID, contest: CreateContestInput, user: UUID | None
) -> None:
    for place, each in enumerate(contest.rounds, 1):
        round_id = new_id()
        await connection.execute(
            queries.insert_round,
            round_id,
            contest_id,
            each.key,
            each.title,
            each.opens_at,
            each.closes_at,
            each.exported_from,
            each.exported_until,
            each.uploads_until,
            place,
            each.exports_due_days,
        )
        if each.rules is not None:
            await add_rules(connection, contest_id, round_id, version=1, document=each.rules, reason="", user=user)


Part = TypeVar("Part")


def by_contest(
    contests: Sequence[UUID], rows: Sequence[asyncpg.Record], make: Callable[[asyncpg.Record], Part]
) -> list[list[Part]]:
    """The rows of each contest, in the order of the rows."""
    parts: defaultdict[UUID, list[Part]] = defaultdict(list)
    for row in rows:
        parts[row["contest_id"]].append(make(row))
    return [parts[contest] for contest in contests]
