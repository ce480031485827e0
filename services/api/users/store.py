"""Users, sessions, rights and attempts to sign in, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import GrantHeld, Viewer
from services.api.context import Executor
from services.api.errors import TooManyAttemptsError
from services.api.rows import in_order
from services.api.users.types import User
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.vocabulary import Role

queries = load(Path(__file__).with_name("queries.sql"))

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)


async def find_viewer(database: Executor, token_hash: bytes) -> Viewer | None:
    """Who holds a session, with every right, by one statement."""
    row = await database.fetchrow(queries.find_session, token_hash)
    if row is None:
        return None
    grants = tuple(
        GrantHeld(Role(role), *(UUID(each) if each else None for each in places)) for role, *places in row["grants"]
    )
    return Viewer(row["id"], row["login"], row["name"], grants)


async def find_users(database: Executor, ids: Sequence[UUID]) -> list[User | None]:
    rows = await database.fetch(queries.find_users, ids)
    return in_order(ids, rows, User.of)


async def count_attempt(pool: Pool, login: str) -> datetime:
    """Counts an attempt as failed before the password is looked at, so that parallel attempts cannot outrun the lock.

    Answers when it was counted; raises TooManyAttemptsError when the login is locked.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(queries.lock_login, login)
        row = await connection.fetchrow(queries.count_failures, login, LOCKED_FOR.total_seconds())
        if row is not None and row["failures"] >= FAILURES_ALLOWED:
            raise TooManyAttemptsError(row["oldest"] + LOCKED_FOR)
        attempted_at: datetime = await connection.fetchval(queries.insert_attempt, login)
        return attempted_at


async def mark_success(database: Executor, login: str, attempted_at: datetime) -> None:
    """The attempt was a right one: it and the failures before it no longer count."""
    await database.execute(queries.mark_success, login, attempted_at)


async def find_password_hash(database: Executor, login: str) -> asyncpg.Record | None:
    return await database.fetchrow(queries.find_password_hash, login)


async def open_session(
    connection: Connection, user_id: UUID, token_hash: bytes, days: int, *, login: str, attempted_at: datetime
) -> datetime:
    """Opens a session and clears the failures before it; answers when it ends. Call it in a transaction."""
    await connection.execute(queries.mark_success, login, attempted_at)
    await connection.execute(queries.forget_attempts)
    expires_at: datetime = await connection.fetchval(queries.insert_session, token_hash, user_id, days)
    return expires_at


async def end_session(database: Executor, token_hash: bytes) -> None:
    await database.execute(queries.delete_session, token_hash)


async def add_user(connection: Connection, login: str, name: str, password_hash: str) -> UUID | None:
    """The new user's id, or None when the login is taken."""
    key: UUID | None = await connection.fetchval(queries.insert_user, new_id(), login.lower(), name, password_hash)
    return key


async def add_grant(
    connection: Connection,
    user_id: UUID,
    role: Role,
    places: tuple[UUID | None, UUID | None, UUID | None] = (None, None, None),
) -> None:
    """Gives a user a right in a contest, a city, as a contestant."""
    await connection.execute(queries.insert_grant, new_id(), user_id, role, *places)


async def find_place(
    connection: Connection, contest_id: UUID, city_id: UUID | None, contestant_id: UUID | None
) -> asyncpg.Record:
    """Whether contest, city and contestant exist and belong together, as three booleans."""
    row = await connection.fetchrow(queries.find_place, contest_id, city_id, contestant_id)
    assert row is not None  # noqa: S101  a select of constants gives one row
    return row
