"""Users, sessions, rights and attempts to sign in, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from services.api.access import GrantHeld, Scope, Viewer
from services.api.context import Executor
from services.api.errors import TooManyAttemptsError
from services.api.nodes import Page
from services.api.users.types import User
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.vocabulary import HostRole, Role, TokenScope

queries = load(Path(__file__).with_name("queries.sql"))

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)


async def find_viewer(database: Executor, token_hash: bytes) -> Viewer | None:
    """Who holds a session or a personal token, with every right, by one statement."""
    row = await database.fetchrow(queries.find_viewer, token_hash)
    if row is None:
        return None
    if row["first_today"]:
        await database.execute(queries.mark_token_used, token_hash)
    scope = TokenScope(row["scope"]) if row["scope"] else None
    return Viewer(row["id"], row["login"], row["name"], tuple(map(_held, row["grants"])), scope)


def _held(grant: Sequence[Any]) -> GrantHeld:
    role, host_role, *ids = grant
    id_, contest, city, contestant = (UUID(each) if each else None for each in ids)
    return GrantHeld(Role(role), contest, city, contestant, HostRole(host_role) if host_role else None, id_)


async def find_users(
    database: Executor, scope: Scope, viewer: UUID | None, ids: Sequence[UUID]
) -> Sequence[asyncpg.Record]:
    """Those whom the viewer may see, with `disabled_at` and `totp_confirmed_at`."""
    return await database.fetch(queries.find_users, scope.everywhere, scope.contests, viewer, ids)


async def list_users(
    database: Executor, scope: Scope, contest_id: UUID | None, role: Role | None, page: Page
) -> tuple[list[User], int]:
    """A page of the users who hold a right that the viewer may see, and how many there are."""
    reach = (scope.everywhere, scope.contests)
    rows = await database.fetch(queries.list_users, *reach, contest_id, role, page.after, page.limit + 1)
    return [User.of(row) for row in rows if row["id"] is not None], rows[0]["total"]


async def disable(connection: Connection, user_id: UUID) -> bool:
    """False when they are disabled already."""
    return await connection.fetchval(queries.disable_user, user_id) is not None


async def enable(connection: Connection, user_id: UUID) -> bool:
    """False when they are not disabled."""
    return await connection.fetchval(queries.enable_user, user_id) is not None


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
    """The attempt has proved everything that is asked for at this login: the failures before it count no longer."""
    await database.execute(queries.mark_success, login, attempted_at)
    await database.execute(queries.forget_attempts)


async def forgive_attempt(database: Executor, login: str, attempted_at: datetime) -> None:
    """The attempt was no failure; those before it still count."""
    await database.execute(queries.forgive_attempt, login, attempted_at)


async def find_credentials(database: Executor, login: str) -> asyncpg.Record | None:
    return await database.fetchrow(queries.find_credentials, login)


async def open_session(connection: Connection, user_id: UUID, token_hash: bytes, days: int, address: str) -> datetime:
    """Opens a session; answers when it ends."""
    expires_at: datetime = await connection.fetchval(queries.insert_session, token_hash, user_id, days, address)
    return expires_at


async def list_sessions(database: Executor, user_id: UUID) -> Sequence[asyncpg.Record]:
    return await database.fetch(queries.list_sessions, user_id)


async def end_sessions(connection: Connection, user_id: UUID, but: bytes | None = None) -> list[bytes]:
    """Ends a user's sessions but for one; answers their hashes, for `Sessions.ended` after the transaction."""
    return [row["token_hash"] for row in await connection.fetch(queries.delete_sessions, user_id, but)]


async def change_password(connection: Connection, user_id: UUID, password_hash: str) -> None:
    await connection.execute(queries.update_password, user_id, password_hash)


async def end_session(database: Executor, token_hash: bytes) -> None:
    await database.execute(queries.delete_session, token_hash)


async def add_user(connection: Connection, login: str, name: str, password_hash: str | None) -> UUID | None:
    """The new user's id, or None when the login is taken."""
    key: UUID | None = await connection.fetchval(queries.insert_user, new_id(), login, name, password_hash)
    return key


async def may_have_account(connection: Connection, contest_id: UUID, contestant_id: UUID) -> bool:
    """Whether an account can be made for a contestant of the contest: who takes part, and has none."""
    may: bool = await connection.fetchval(queries.may_have_account, contest_id, contestant_id)
    return may
