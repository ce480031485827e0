"""The chain of the record in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.shared.audit.chain import Head, Sealed, entry_of
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def lock_chain(connection: Connection) -> bool:
    """False while somebody else adds to the chain."""
    answer: bool = await connection.fetchval(queries.lock_chain)
    return answer


async def find_head(connection: Connection) -> Head:
    row = await connection.fetchrow(queries.find_head)
    return Head(row["position"], row["digest"]) if row else Head()


async def list_waiting(connection: Connection, most: int) -> list[asyncpg.Record]:
    return await connection.fetch(queries.list_waiting, most)


async def add_seals(connection: Connection, seals: Sequence[tuple[Head, UUID]]) -> None:
    """Adds places to the chain, each with the id of its entry, which waits no longer."""
    entries = [entry_id for _, entry_id in seals]
    positions, digests = [head.position for head, _ in seals], [head.digest for head, _ in seals]
    await connection.execute(queries.insert_seals, positions, entries, digests)
    await connection.execute(queries.delete_waiting, entries)


async def list_sealed(connection: Connection, after: int, most: int) -> list[Sealed]:
    rows = await connection.fetch(queries.list_sealed, after, most)
    return [Sealed(row["position"], entry_of(row) if row["id"] else None, row["digest"]) for row in rows]


async def find_unsealed(connection: Connection, seconds: float) -> UUID | None:
    entry_id: UUID | None = await connection.fetchval(queries.find_unsealed, seconds)
    return entry_id
