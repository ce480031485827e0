"""Rosters and the contestants they bring, in PostgreSQL; ID and phone numbers are stored sealed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from services.scorer.rosters.admit import AccountKey, Admitted, Person, Place, Room, account_key, details
from services.scorer.rosters.parse import RosterLine
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.eligibility.store import open_approvals
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.personal_data import Vault
from services.shared.problems import Problem
from services.shared.vocabulary import EntryWay, Platform, RosterImportState

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class RosterImport:
    """A roster import as it was asked for."""

    id: UUID
    contest_id: UUID
    upload_id: UUID
    dry_run: bool
    name: str  # of the file


class Places(NamedTuple):
    """The city and the division that a roster is for."""

    city_id: UUID
    division_id: UUID


async def begin_import(pool: Pool, import_id: UUID) -> RosterImport | None:
    """Takes up an import; None when it has ended."""
    row = await pool.fetchrow(queries.begin_import, import_id)
    return RosterImport(**row) if row else None


async def lock_contest(connection: Connection, contest_id: UUID) -> datetime:
    """Locks the contest and answers the time: people approved now are later than any run that has been started."""
    now: datetime = await connection.fetchval(queries.lock_contest, contest_id)
    return now


async def contest_cities(connection: Connection, contest_id: UUID) -> list[Place]:
    """The cities of a contest by name and aliases."""
    rows = await connection.fetch(queries.contest_cities, contest_id)
    return [Place(row["id"], (row["name"], *row["aliases"])) for row in rows]


class Division(NamedTuple):
    """A division, with its cap, its number of people, and whether people can be recommended for it."""

    place: Place
    cap: int | None
    people: int
    takes_recommended: bool


async def contest_divisions(connection: Connection, contest_id: UUID) -> list[Division]:
    """The divisions of a contest by name and key."""
    return [
        Division(
            Place(row["id"], (row["name"], row["key"])),
            row["cap"],
            row["people"],
            EntryWay.RECOMMENDED in row["entry_ways"],
        )
        for row in await connection.fetch(queries.contest_divisions, contest_id)
    ]


async def room(connection: Connection, city: Place, division: Division) -> Room:
    """How many more people the city may recommend in the division."""
    ((places, taken),) = await connection.fetch(queries.places_left, city.id, division.place.id)
    left, cap = None if places is None else max(0, places - taken), division.cap
    return Room(places, left, cap, None if cap is None else max(0, cap - division.people))


async def find_people(
    connection: Connection, vault: Vault, contest_id: UUID, lines: Iterable[RosterLine]
) -> dict[str, Person]:
    """Those of the lines' people who are contestants already, by ID number."""
    numbers = {vault.index(line.id_number): line.id_number for line in lines}
    rows = await connection.fetch(queries.find_people, contest_id, list(numbers))
    return {numbers[row["id_number_index"]]: _person(row, vault) for row in rows}


def _person(row: asyncpg.Record, vault: Vault) -> Person:
    phone = vault.open(row["phone_sealed"], row["id"])
    changeable = (row["name"], phone, row["followers_claimed"], row["experience"], row["remark"])
    account = Platform(row["platform"]), row["handle_key"]
    return Person(row["id"], row["city_id"], row["division_id"], account, changeable)


async def find_handles(connection: Connection, contest_id: UUID, lines: Iterable[RosterLine]) -> dict[AccountKey, UUID]:
    """Those of the lines' accounts that are taken, with their contestants."""
    keys = [account_key(line)[1] for line in lines]
    rows = await connection.fetch(queries.find_handles, contest_id, keys)
    return {(Platform(row["platform"]), row["handle_key"]): row["contestant_id"] for row in rows}


async def write(
    connection: Connection, vault: Vault, contest_id: UUID, places: Places, admitted: Admitted, *, now: datetime
) -> None:
    """Adds the new people, each with the next number and their account, and brings the others up to date."""
    number: int = await connection.fetchval(queries.last_number, contest_id)
    people, accounts = [], []
    for position, line in enumerate(admitted.new, start=1):
        person_id = new_id()
        sealed = vault.seal(line.id_number, person_id), vault.index(line.id_number), vault.seal(line.phone, person_id)
        place = contest_id, places.city_id, places.division_id, number + position
        told = line.followers, line.experience, line.remark
        people.append((person_id, *place, line.name, now, *sealed, *told))
        accounts.append((new_id(), contest_id, person_id, line.platform, line.handle, account_key(line)[1]))
    await connection.executemany(queries.insert_contestant, people)
    await connection.executemany(queries.insert_account, accounts)
    await open_approvals(connection, [person_id for person_id, *_ in people], now)
    for person, line in admitted.updated:
        name, phone, *changeable = details(line)
        sealed_phone = vault.seal(phone, person.id)
        await connection.execute(queries.update_contestant, person.id, name, sealed_phone, *changeable)
    await connection.execute(queries.contest_changed, contest_id)


async def claim_strangers_lines(connection: Connection, contest_id: UUID) -> None:
    """Has files read again that came before the people they speak of."""
    for row in await connection.fetch(queries.find_files_with_strangers, contest_id):
        await enqueue(connection, JobKind.CLAIM_LINES, row["id"])


async def end_import(
    connection: Connection,
    import_id: UUID,
    state: RosterImportState,
    *,
    places: Places | None,
    counts: Mapping[str, int],
    problems: Sequence[Problem],
) -> None:
    """Ends an import; `counts` of lines: read, new, updated, unchanged, refused."""
    numbers = [counts.get(name, 0) for name in ("read", "new", "updated", "unchanged", "refused")]
    stored = [_problem(problem) for problem in problems]
    await connection.execute(queries.end_import, import_id, state, *(places or (None, None)), *numbers, stored)


async def fail_import(connection: Connection, import_id: UUID, problem: Problem) -> None:
    """Ends an import that failed by our own fault."""
    await connection.execute(queries.fail_import, import_id, [_problem(problem)])


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        **problem.as_json(),
        "severity": problem.severity,
        "sheet": problem.sheet,
        "line": problem.line,
        "column": problem.column,
    }
