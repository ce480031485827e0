"""Contestants in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from services.api.access import Scope
from services.api.contestants.mending import Mended
from services.api.contestants.person import Person
from services.api.contestants.types import Contestant, Places
from services.api.context import Executor
from services.api.grants.rights import Right
from services.api.grants.store import add_grant
from services.api.nodes import Page
from services.api.rows import Row, in_order, paged
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.eligibility.store import close_approvals, open_approvals
from services.shared.identity import new_id
from services.shared.personal_data import Vault
from services.shared.registration.rules import Division, Spot
from services.shared.registration.store import reindex_listed
from services.shared.vocabulary import DoubleEntryDecision, Eligibility, EntryWay, ReviewStep, Role

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contestants of a contest; None means any."""

    contest_id: UUID
    city_id: UUID | None = None
    division_id: UUID | None = None
    eligibility: Eligibility | None = None
    waiting_at: ReviewStep | None = None
    search: str | None = None


class Trained(NamedTuple):
    """A contestant, and when they had been trained before."""

    id: UUID
    contest_id: UUID
    city_id: UUID
    trained_on: date | None


async def list_contestants(
    database: Executor, scope: Scope, wanted: Wanted, page: Page
) -> tuple[list[Contestant], int]:
    rows = await database.fetch(
        queries.list_contestants,
        *scope,
        wanted.contest_id,
        wanted.city_id,
        wanted.division_id,
        wanted.eligibility,
        page.after,
        page.limit + 1,
        wanted.search,
        wanted.waiting_at,
    )
    places = Places()
    return [Contestant.of(row, places) for row in rows if row["id"]], rows[0]["total"]


async def list_of_cities(
    database: Executor, scope: Scope, wanted: Sequence[tuple[UUID, Page]]
) -> list[tuple[list[Contestant], int]]:
    """For each page of a city's contestants that is wanted who is on it, and how many there are in all."""
    cities, pages = [city for city, _ in wanted], [page for _, page in wanted]
    after, most = [page.after for page in pages], [page.limit + 1 for page in pages]
    rows, places = await database.fetch(queries.list_of_cities, *scope, cities, after, most), Places()
    found = paged(len(wanted), rows, "number")
    return [([Contestant.of(row, places) for row in group], total) for group, total in found]


async def find_contestants(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Contestant | None]:
    rows, places = await database.fetch(queries.find_contestants, *scope, ids), Places()
    return in_order(ids, rows, lambda row: Contestant.of(row, places))


async def find_contest_of(connection: Connection, scope: Scope, contestant_id: UUID) -> UUID | None:
    """The contest of somebody whom the viewer may see."""
    contest: UUID | None = await connection.fetchval(queries.find_contest_of, *scope, contestant_id)
    return contest


async def find_person(
    connection: Connection, vault: Vault, scope: Scope, contestant_id: UUID, now: datetime
) -> Person | None:
    """Somebody whom the viewer may see, as they stand at `now`, when the contest has been locked."""
    row = await connection.fetchrow(queries.find_person, *scope, contestant_id)
    return Person.of(row, vault, now) if row else None


async def write_mended(connection: Connection, vault: Vault, person: Person, mended: Mended, user: UUID | None) -> None:
    """Writes what is told of somebody from now on; the contest is locked."""
    told = mended.told
    sealed = vault.seal(told.phone, person.id), vault.seal(told.id_number, person.id), vault.index(told.id_number)
    notes = told.followers, told.experience, told.remark
    await connection.execute(
        queries.mend_contestant, person.id, told.name, *sealed, *notes, mended.eligibility, mended.step
    )
    await reindex_listed(connection, vault, person.contest_id, [told.id_number])
    if mended.sent_again:
        await connection.execute(
            queries.insert_sent_again, new_id(), person.contest_id, person.id, person.step, user, person.now
        )


async def withdraw(connection: Connection, person: Person, reason: str) -> None:
    """Somebody leaves; runs started before stay as they are."""
    await connection.execute(queries.withdraw_contestant, person.id, person.now, reason)
    await close_approvals(connection, [person.id], person.now)


async def transfer(connection: Connection, person: Person, spot: Spot, step: ReviewStep) -> None:
    """Somebody stands elsewhere from now on; runs started before stay as they are."""
    await connection.execute(queries.transfer_contestant, person.id, *spot, step)
    if person.eligibility is Eligibility.APPROVED:
        await close_approvals(connection, [person.id], person.now)
        await open_approvals(connection, [person.id], person.now)


async def settle_double_entries(
    connection: Connection, person: Person, to: Spot | None, reason: str, by: UUID | None
) -> Sequence[Row]:
    """The open double entry at a spot has come true; none: all of somebody are void. Answers what was decided."""
    decision = DoubleEntryDecision.TRANSFERRED if to else DoubleEntryDecision.KEPT
    spot = to or (None, None, None)
    rows: Sequence[Row] = await connection.fetch(queries.settle_double_entries, person.id, decision, reason, by, *spot)
    return rows


async def find_division(connection: Connection, contest_id: UUID, division_id: UUID) -> Division | None:
    """A division of the contest."""
    row = await connection.fetchrow(queries.find_division, division_id, contest_id)
    return Division(row["id"], row["name"], frozenset(map(EntryWay, row["entry_ways"]))) if row else None


async def is_city_of(connection: Connection, contest_id: UUID, city_id: UUID) -> bool:
    """Whether the contest has this city."""
    return bool(await connection.fetchval(queries.find_city, city_id, contest_id))


async def find_consent(connection: Connection, contest_id: UUID) -> str:
    """The version of the text that whoever registers agrees to; empty when there is none."""
    version: str = await connection.fetchval(queries.find_consent, contest_id)
    return version


async def find_number(connection: Connection, contestant_id: UUID) -> int | None:
    number: int | None = await connection.fetchval(queries.find_number, contestant_id)
    return number


async def is_anothers(connection: Connection, contestant_id: UUID, user: UUID | None) -> bool:
    """Whether the user (none: nobody) does not sign in as this contestant, and something hangs on them already:
    somebody who does, documents, messages, reviews, uploads.
    """
    anothers: bool = await connection.fetchval(queries.is_anothers, contestant_id, user)
    return anothers


async def give_to(connection: Connection, user: UUID | None, contest_id: UUID, contestant_id: UUID) -> None:
    """Lets a user act as a contestant."""
    if user is not None and not await connection.fetchval(queries.find_grant, user, contestant_id):
        await add_grant(connection, user, Right(Role.CONTESTANT, contest_id), contestant_id)


async def find_contests_of(connection: Connection, scope: Scope, ids: Sequence[UUID]) -> list[UUID]:
    """The contests of those of the contestants whom the viewer may see."""
    return [row["contest_id"] for row in await connection.fetch(queries.find_contests_of, *scope, ids)]


async def record_training(
    connection: Connection, scope: Scope, ids: Sequence[UUID], trained_on: date | None
) -> list[Trained]:
    """Sets when contestants were trained; answers those whom the viewer may see, with what was set before."""
    rows = await connection.fetch(queries.find_training, *scope, ids)
    await connection.execute(queries.record_training, [row["id"] for row in rows], trained_on)
    return [Trained(*row) for row in rows]
