"""A repeated request finds what the first one made, by the caller's idempotency key."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from uuid import UUID

from services.api.context import Context
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))

LONGEST = 200  # that is kept as it is; an index cannot hold any length


class Repeatable(Protocol):
    """The input of a mutation that makes something."""

    idempotency_key: str | None


async def once(
    context: Context, operation: str, asked: Repeatable, make: Callable[[Connection], Awaitable[UUID]]
) -> UUID:
    """What `make` makes in a transaction of its own, or has made for this user's request with the same key before."""
    key = asked.idempotency_key
    async with context.pool.acquire() as connection, connection.transaction():
        made = await recall(connection, context, operation, key)
        if made is None:
            made = await make(connection)
            await remember(connection, context, operation, key, made)
        return made


async def recall(connection: Connection, context: Context, operation: str, key: str | None) -> UUID | None:
    """What this user's request with this key has made. Until the transaction ends, no other with it gets past here."""
    if key is None:
        return None
    user = context.viewer.user_id
    await connection.execute(queries.lock_key, f"{user} {operation} {key}")
    subject: UUID | None = await connection.fetchval(queries.find_subject, user, operation, _kept(key))
    if subject is not None:
        context.nothing_to_record()
    return subject


async def recall_of_login(
    connection: Connection, context: Context, operation: str, key: str | None, login: str
) -> UUID | None:
    """The same for a request that may have made its user as well: by the login that it names."""
    if key is None:
        return None
    await connection.execute(queries.lock_key, f"{login} {operation} {key}")
    subject: UUID | None = await connection.fetchval(queries.find_subject_of_login, login, operation, _kept(key))
    if subject is not None:
        context.nothing_to_record()
    return subject


async def remember(
    connection: Connection,
    context: Context,
    operation: str,
    key: str | None,
    subject: UUID,
    *,
    user: UUID | None = None,
) -> None:
    """Keeps what the request has made, in its own transaction; `user` is whom it has made, if nobody is signed in."""
    if key is not None:
        await connection.execute(queries.insert_key, user or context.viewer.user_id, operation, _kept(key), subject)


def _kept(key: str) -> str:
    return key if len(key) <= LONGEST else sha256(key.encode()).hexdigest()
