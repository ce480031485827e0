"""Second factors and recovery codes, in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.context import Executor
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def find_second_factor(database: Executor, user_id: UUID) -> asyncpg.Record:
    """`totp_sealed`, `totp_confirmed_at`, and `now` in seconds since 1970."""
    row = await database.fetchrow(queries.find_second_factor, user_id)
    assert row is not None  # noqa: S101  users are never deleted
    return row


async def begin(connection: Connection, user_id: UUID, sealed: bytes) -> bool:
    """Keeps a secret to be confirmed; False when a second factor is on."""
    return await connection.fetchval(queries.begin, user_id, sealed) is not None


async def confirm(connection: Connection, user_id: UUID, sealed: bytes, step: int, hashes: Sequence[bytes]) -> bool:
    """Switches the secret on, with these recovery codes; False when it is not the one any more."""
    if await connection.fetchval(queries.confirm, user_id, sealed, step) is None:
        return False
    await connection.execute(queries.delete_recovery_codes, user_id)
    await connection.executemany(queries.insert_recovery_code, [(user_id, each) for each in hashes])
    return True


async def switch_off(connection: Connection, user_id: UUID) -> bool:
    """False when there was none."""
    await connection.execute(queries.delete_recovery_codes, user_id)
    return await connection.fetchval(queries.switch_off, user_id) is not None


async def take_step(connection: Connection, user_id: UUID, step: int) -> bool:
    """False when it was taken before, also by a request at the same time."""
    return await connection.fetchval(queries.take_step, user_id, step) is not None


async def use_recovery_code(connection: Connection, user_id: UUID, code_hash: bytes) -> bool:
    """False when there is no such code, or none any more."""
    return await connection.fetchval(queries.use_recovery_code, user_id, code_hash) is not None


async def count_recovery_codes(database: Executor, user_id: UUID) -> int:
    count: int = await database.fetchval(queries.count_recovery_codes, user_id)
    return count
