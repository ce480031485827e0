"""Everything that is sealed or indexed, read and written back under another key."""

from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


class SealedColumn(NamedTuple):
    """A column of sealed values, the id that is read with each being its associated data."""

    name: str
    read: str
    write: str


COLUMNS = (
    SealedColumn("approvals.handle", queries.sealed_handles, queries.reseal_handle),
    SealedColumn("users.totp", queries.sealed_totp, queries.reseal_totp),
    SealedColumn("teams.assistant_phone", queries.sealed_assistants, queries.reseal_assistant),
    SealedColumn("submission_lines.printed", queries.sealed_lines, queries.reseal_line),
    SealedColumn("documents.key", queries.sealed_documents, queries.reseal_document),
    SealedColumn("archives.key", queries.sealed_archives, queries.reseal_archive),
    SealedColumn("uploads.key", queries.sealed_originals, queries.reseal_original),
    SealedColumn("uploads.address", queries.sealed_addresses, queries.reseal_address),
    SealedColumn("appeals.text", queries.sealed_appeals, queries.reseal_appeal),
    SealedColumn("appeals.filer", queries.sealed_filers, queries.reseal_filer),
    SealedColumn("signing_keys.private", queries.sealed_signing_keys, queries.reseal_signing_key),
)


class Kept(NamedTuple):
    """How many values of a column stand under a key."""

    what: str
    key_id: int
    values: int


async def lock_contests(connection: Connection) -> None:
    await connection.execute(queries.lock_contests)


async def sealed_people(connection: Connection) -> list[asyncpg.Record]:
    return await connection.fetch(queries.sealed_people)


async def reseal_people(connection: Connection, rows: list[tuple[UUID, bytes, bytes, bytes]]) -> None:
    """Contestant, ID number, index and phone."""
    await connection.executemany(queries.reseal_person, rows)


async def sealed_values(connection: Connection, column: SealedColumn) -> list[asyncpg.Record]:
    return await connection.fetch(column.read)


async def reseal_values(connection: Connection, column: SealedColumn, rows: list[tuple[UUID, bytes, bytes]]) -> None:
    """Row, sealed value, and the value so far."""
    await connection.executemany(column.write, rows)


async def listed_people(connection: Connection) -> list[asyncpg.Record]:
    return await connection.fetch(queries.listed_people)


async def reindex_listed(connection: Connection, rows: list[tuple[UUID, bytes, bytes]]) -> None:
    """List, index so far, index from now on."""
    await connection.executemany(queries.reindex_listed, rows)


async def values_by_key(connection: Connection) -> list[Kept]:
    return [Kept(row["what"], row["key_id"], row["values"]) for row in await connection.fetch(queries.values_by_key)]


# The first half of the number of the locks by which services say with which key they seal.
_KEYS = 0x6C6B


async def hold_key(connection: Connection, key_id: int) -> None:
    """Says, for as long as this connection lasts, that somebody seals with this key."""
    await connection.execute(queries.hold_key, _KEYS, key_id)


async def is_let_go(connection: Connection, key_id: int) -> bool:
    """Whether no service that runs seals with this key; none begins to before the transaction ends."""
    return bool(await connection.fetchval(queries.let_go_of_key, _KEYS, key_id))


async def check_connection(connection: Connection) -> None:
    await connection.execute(queries.still_there)
