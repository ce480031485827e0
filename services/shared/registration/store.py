"""People coming in, in PostgreSQL: what must be known of the contest, and what is written.

Whoever adds or changes people locks the contest first, in the same transaction: what is read after it holds until
the transaction ends. ID and phone numbers are stored sealed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.personal_data import Vault
from services.shared.registration.rules import AccountKey, Division, Known, Newcomer, Person, Room, Spot, Window
from services.shared.vocabulary import Eligibility, EntryWay, Platform, Role, SubmissionState

queries = load(Path(__file__).with_name("queries.sql"))


class ShutOut(NamedTuple):
    """A user who signs in as somebody no longer, and the hashes of the sessions that ended with it."""

    user_id: UUID
    sessions: list[bytes]


class Added(NamedTuple):
    """Somebody who has come in, and who was let in as them before."""

    id: UUID
    number: int
    shut_out: tuple[ShutOut, ...] = ()


class By(NamedTuple):
    """Who enters people, and the version of the text that a self-registered one agrees to."""

    user_id: UUID | None
    consent_version: str | None = None


async def find_window(connection: Connection, contest_id: UUID, way: EntryWay) -> Window | None:
    """When people may come in by a way; None where the contest has not planned it."""
    row = await connection.fetchrow(queries.find_window, contest_id, way)
    return Window(row["opens_at"], row["closes_at"]) if row else None


async def find_list_state(connection: Connection, city_id: UUID) -> SubmissionState | None:
    """Of the city's last list; None while there is none."""
    state = await connection.fetchval(queries.find_list_state, city_id)
    return SubmissionState(state) if state else None


async def is_list_locked(connection: Connection, city_id: UUID) -> bool:
    """Whether the city has submitted its list and it has not been opened again."""
    return await find_list_state(connection, city_id) is SubmissionState.SUBMITTED


async def find_room(connection: Connection, city_id: UUID, division_id: UUID) -> Room:
    """The places of a city in a division and of the whole division, and how many hold one."""
    (row,) = await connection.fetch(queries.find_room, city_id, division_id)
    return Room(**row)


async def find_people(
    connection: Connection, vault: Vault, contest_id: UUID, id_numbers: Iterable[str]
) -> dict[str, Person]:
    """Those who are known to the contest already, by ID number; withdrawn ones among them."""
    numbers = {index: number for number in id_numbers for index in vault.indexes(number)}
    rows = await connection.fetch(queries.find_people, contest_id, list(numbers))
    return {numbers[row["id_number_index"]]: _person(row, vault) for row in rows}


def _person(row: asyncpg.Record, vault: Vault) -> Person:
    return Person(
        id=row["id"],
        number=row["number"],
        spot=Spot(row["city_id"], row["division_id"], EntryWay(row["entry_way"])),
        eligibility=Eligibility(row["eligibility"]),
        withdrawn=row["withdrawn"],
        once_approved=row["once_approved"],
        account=(Platform(row["platform"]), row["handle_key"]),
        name=row["name"],
        phone=vault.open(row["phone_sealed"], row["id"]),
        followers=row["followers_claimed"],
        experience=row["experience"],
        remark=row["remark"],
    )


async def find_holders(
    connection: Connection, contest_id: UUID, accounts: Iterable[AccountKey]
) -> dict[AccountKey, UUID]:
    """Those of the accounts that are somebody's, with their contestants; aliases count, refused ones do not."""
    wanted = set(accounts)
    rows = await connection.fetch(queries.find_holders, contest_id, [key for _, key in wanted])
    found = {(Platform(row["platform"]), row["handle_key"]): row["contestant_id"] for row in rows}
    return {account: found[account] for account in wanted & found.keys()}


async def find_known(
    connection: Connection, vault: Vault, contest_id: UUID, spot: Spot, newcomer: Newcomer, *, now: datetime
) -> Known | None:
    """What decides about one person; None when city or division are none of the contest's."""
    division = await connection.fetchrow(queries.find_division, contest_id, spot.division_id, spot.city_id)
    if division is None:
        return None
    people = await find_people(connection, vault, contest_id, [newcomer.id_number])
    holders = await find_holders(connection, contest_id, [newcomer.account])
    listed = await find_list_state(connection, spot.city_id)
    return Known(
        now=now,
        window=await find_window(connection, contest_id, spot.entry_way),
        division=Division(division["id"], division["name"], frozenset(map(EntryWay, division["entry_ways"]))),
        list_locked=listed is SubmissionState.SUBMITTED,
        list_reopened=listed is SubmissionState.REOPENED,
        person=people.get(newcomer.id_number),
        account_holder=holders.get(newcomer.account),
        room=await find_room(connection, spot.city_id, spot.division_id),
    )


async def add_people(
    connection: Connection, vault: Vault, contest_id: UUID, spot: Spot, newcomers: Sequence[Newcomer], *, by: By
) -> list[Added]:
    """Adds people with the next numbers and their accounts; they wait for the city's review."""
    last: int = await connection.fetchval(queries.last_number, contest_id)
    added = [Added(new_id(), last + position) for position in range(1, len(newcomers) + 1)]
    people, accounts = [], []
    for (person_id, number, _), one in zip(added, newcomers, strict=True):
        sealed = vault.seal(one.id_number, person_id), vault.index(one.id_number), vault.seal(one.phone, person_id)
        told = one.followers, one.experience, one.remark
        people.append((person_id, contest_id, *spot, number, one.name, *sealed, *told, *by))
        accounts.append((new_id(), contest_id, person_id, one.platform, one.handle, one.account[1]))
    await connection.executemany(queries.insert_contestant, people)
    await connection.executemany(queries.insert_account, accounts)
    await reindex_listed(connection, vault, contest_id, [one.id_number for one in newcomers])
    return added


async def reindex_listed(connection: Connection, vault: Vault, contest_id: UUID, id_numbers: Iterable[str]) -> None:
    """Given lists that came under an older key find whoever comes in, or gets another ID number, under the present."""
    moved = []
    for number in id_numbers:
        present, *older = vault.indexes(number)
        moved += [(index, present) for index in older]
    if moved:
        await connection.execute(queries.reindex_listed, contest_id, *zip(*moved, strict=True))


async def revive(
    connection: Connection, vault: Vault, person: Person, spot: Spot, newcomer: Newcomer, *, by: By
) -> Added:
    """Takes somebody back who had withdrawn, by the same number; they wait for the city's review.

    One who was approved once keeps the account; one of its aliases is no other account. When it is not themselves who
    come back, nobody signs in as them until they are given a new code: it may have been somebody else.
    """
    phone = vault.seal(newcomer.phone, person.id)
    told = newcomer.followers, newcomer.experience, newcomer.remark
    await connection.execute(queries.revive_contestant, person.id, *spot, newcomer.name, phone, *told, *by)
    if newcomer.account != person.account and not person.once_approved:
        await change_account(connection, person.id, newcomer.platform, newcomer.handle, newcomer.account)
    themselves = by.consent_version is not None
    shut_out = [] if themselves else await connection.fetch(queries.end_access, person.id)
    return Added(person.id, person.number, tuple(ShutOut(*row) for row in shut_out))


def access_ended(contest_id: UUID, city_id: UUID, added: Added) -> list[Entry]:
    """What is recorded of those who were let in as somebody before."""
    where, role = (contest_id, city_id, added.id), (Role.CONTESTANT.value, None)
    return [Entry(Action.REVOKE_GRANT, "User", one.user_id, *where, changes={"role": role}) for one in added.shut_out]


async def change_account(
    connection: Connection, contestant_id: UUID, platform: Platform, handle: str, account: AccountKey
) -> None:
    """Another account for somebody who was never approved."""
    await connection.execute(queries.change_account, contestant_id, platform, handle, account[1])


async def record_double_entry(
    connection: Connection, contest_id: UUID, person: Person, spot: Spot, by: UUID | None
) -> UUID | None:
    """Keeps that somebody who is in was entered at another spot; None when that is waiting to be decided already."""
    entry: UUID | None = await connection.fetchval(
        queries.insert_double_entry, new_id(), contest_id, person.id, *spot, by
    )
    return entry


async def people_changed(connection: Connection, contest_id: UUID) -> None:
    """Tells readers, and has files read again that came before the people or handles they speak of."""
    await advance_version(connection, contest_id)
    for row in await connection.fetch(queries.find_files_with_strangers, contest_id):
        await enqueue(connection, JobKind.CLAIM_LINES, row["id"])
