"""Personal tokens, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.context import Executor
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.vocabulary import TokenScope

queries = load(Path(__file__).with_name("queries.sql"))


async def count_tokens(connection: Connection, user_id: UUID) -> int:
    """How many good tokens a user has; until the transaction ends nobody else gives them one."""
    await connection.execute(queries.lock_user, user_id)
    count: int = await connection.fetchval(queries.count_tokens, user_id)
    return count


async def add_token(
    connection: Connection, user_id: UUID, token_hash: bytes, *, name: str, scope: TokenScope, expires_at: datetime
) -> asyncpg.Record:
    row = await connection.fetchrow(queries.insert_token, new_id(), user_id, name, token_hash, scope, expires_at)
    assert row is not None  # noqa: S101  an insert that returns gives its row
    return row


async def list_tokens(database: Executor, user_id: UUID) -> Sequence[asyncpg.Record]:
    return await database.fetch(queries.list_tokens, user_id)


async def revoke_token(connection: Connection, token_id: UUID, user_id: UUID) -> asyncpg.Record | None:
    """The token with its `token_hash`, for `Sessions.ended` after the transaction; None when it is not theirs."""
    return await connection.fetchrow(queries.revoke_token, token_id, user_id)


async def revoke_tokens(connection: Connection, user_id: UUID) -> list[bytes]:
    """Ends all tokens of a user; answers their hashes, for `Sessions.ended` after the transaction."""
    return [row["token_hash"] for row in await connection.fetch(queries.revoke_tokens, user_id)]
