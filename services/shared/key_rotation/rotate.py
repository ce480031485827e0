"""Puts everything that is sealed or indexed under the present key, in one transaction: all of it, or nothing.

A person of a given list is known by a blind index alone. Who of them is a contestant gets the present key's index; the
others stay under the key they came with, get the present one's when they come in, and keep that key from being dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag

from services.shared.audit.actions import Action
from services.shared.audit.store import Actor, Entry, record
from services.shared.database.pool import Connection
from services.shared.key_rotation import store
from services.shared.key_rotation.store import Kept
from services.shared.personal_data import Vault


class UnreadableValueError(Exception):
    """A value is sealed under a known key's id and does not open: the key is wrong, or the value was changed."""

    def __init__(self, what: str, row: UUID) -> None:
        super().__init__(f"{what} {row}")
        self.what = what
        self.row = row


class TwicePersonError(Exception):
    """Two contestants of a contest have the same ID number, each under another key."""

    def __init__(self, numbers: tuple[int, int]) -> None:
        super().__init__(f"contestants {numbers[0]} and {numbers[1]}")
        self.numbers = numbers


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many people, other sealed values and people of given lists were put under the present key."""

    people: int = 0
    values: int = 0
    listed: int = 0


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What stands under a key. `droppable`: nothing does, and another one is the present."""

    key_id: int
    known: bool
    present: bool
    kept: tuple[Kept, ...]

    @property
    def droppable(self) -> bool:
        return self.known and not self.present and not self.kept


async def rotate(connection: Connection, vault: Vault, actor: Actor) -> Rotated:
    """Call it in a transaction. Running it again changes nothing more.

    Raises UnknownKeyError, UnreadableValueError or TwicePersonError, each before anything is written for good.
    """
    await store.lock_contests(connection)
    people = await _people(connection, vault)
    await store.reseal_people(connection, people.resealed)
    values = 0
    for column in store.COLUMNS:
        rows = await store.sealed_values(connection, column)
        moved = [
            (who, vault.seal_bytes(_opened(vault, column.name, sealed, who), who), sealed)
            for who, sealed in rows
            if _stale(vault, sealed)
        ]
        await store.reseal_values(connection, column, moved)
        values += len(moved)
    listed = [
        (row["list_id"], row["id_number_index"], present)
        for row in await store.listed_people(connection)
        if (present := people.indexes.get((row["contest_id"], row["id_number_index"])))
    ]
    await store.reindex_listed(connection, listed)
    rotated = Rotated(len(people.resealed), values, len(listed))
    if rotated != Rotated():
        await record(connection, actor, _entry(vault, rotated))
    return rotated


async def key_uses(connection: Connection, vault: Vault) -> list[KeyUse]:
    """Every key that is known or in use, the present one first."""
    kept = await store.values_by_key(connection)
    used = sorted({one.key_id for one in kept} - set(vault.key_ids), reverse=True)
    return [
        KeyUse(key_id, key_id in vault.key_ids, key_id == vault.present, _under(kept, key_id))
        for key_id in (*vault.key_ids, *used)
    ]


def _under(kept: Iterable[Kept], key_id: int) -> tuple[Kept, ...]:
    return tuple(one for one in kept if one.key_id == key_id)


@dataclass(frozen=True, slots=True)
class _People:
    resealed: list[tuple[UUID, bytes, bytes, bytes]]
    indexes: dict[tuple[UUID, bytes], bytes]  # by contest and an older key's index: the present key's


async def _people(connection: Connection, vault: Vault) -> _People:
    """Every contestant opened once: an index can be made from the number alone."""
    found = _People([], {})
    seen: dict[tuple[UUID, bytes], int] = {}
    for row in await store.sealed_people(connection):
        if not row["id_number_sealed"]:
            continue
        number = _opened(vault, "contestants.id_number", row["id_number_sealed"], row["id"]).decode()
        present, *older = vault.indexes(number)
        twin = seen.setdefault((row["contest_id"], present), row["number"])
        if twin != row["number"]:
            raise TwicePersonError((twin, row["number"]))
        found.indexes.update({(row["contest_id"], index): present for index in older})
        if moved := _person(vault, row, number, present):
            found.resealed.append(moved)
    return found


def _person(vault: Vault, row: asyncpg.Record, number: str, present: bytes) -> tuple[UUID, bytes, bytes, bytes] | None:
    """The row under the present key; None when it stands there already."""
    sealed, phone = row["id_number_sealed"], row["phone_sealed"]
    if not (_stale(vault, sealed) or _stale(vault, phone) or row["id_number_index"] != present):
        return None
    if _stale(vault, sealed):
        sealed = vault.seal(number, row["id"])
    if _stale(vault, phone):
        phone = vault.seal_bytes(_opened(vault, "contestants.phone", phone, row["id"]), row["id"])
    return row["id"], sealed, present, phone


def _stale(vault: Vault, sealed: bytes) -> bool:
    return bool(sealed) and sealed[0] != vault.present


def _opened(vault: Vault, what: str, sealed: bytes, row: UUID) -> bytes:
    try:
        return vault.open_bytes(sealed, row)
    except InvalidTag:
        raise UnreadableValueError(what, row) from None


def _entry(vault: Vault, rotated: Rotated) -> Entry:
    changes = {
        "key": (None, vault.present),
        "people": (None, rotated.people),
        "values": (None, rotated.values),
        "listed": (None, rotated.listed),
    }
    return Entry(Action.ROTATE_KEYS, "Key", None, changes=changes)
