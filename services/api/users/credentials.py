"""Proving who one is: passwords, and the lock that stands before every guess of one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from services.api.context import Context
from services.api.errors import ConflictError, InvalidInputError, NotAllowedError, SignInRefusedError
from services.api.users import store
from services.shared.logins import is_login, is_personal, read_login
from services.shared.passwords import hash_password, password_matches

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200


def checked_login(text: str | None) -> str:
    """The login that somebody is to be given. Raises InvalidInputError."""
    login = read_login(text or "")
    if not is_login(login):
        raise InvalidInputError("LOGIN_INVALID", field="login")
    if is_personal(login):
        raise InvalidInputError("LOGIN_PERSONAL", field="login")
    return login


def own_id(context: Context) -> UUID:
    """The user who asks; raises NotAllowedError when nobody is signed in."""
    if context.viewer.user_id is None:
        raise NotAllowedError
    return context.viewer.user_id


@asynccontextmanager
async def attempt(context: Context) -> AsyncIterator[None]:
    """Inside, the viewer proves again who they are. It counts as a failed attempt to sign in unless it ends well, or
    with a conflict.

    A success does not clear the failures before it: that takes everything that signing in asks for.
    """
    login = context.viewer.login
    attempted_at = await store.count_attempt(context.pool, login)
    try:
        yield
    except ConflictError:
        await store.forgive_attempt(context.pool, login, attempted_at)
        raise
    await store.forgive_attempt(context.pool, login, attempted_at)


async def check_password(context: Context, password: str | None, *, must_exist: bool = False) -> None:
    """For use inside `attempt`. Whoever has no password, because they sign in another way, needs none.

    Raises SignInRefusedError; ConflictError where there must be one.
    """
    row = await store.find_credentials(context.pool, context.viewer.login)
    stored = row["password_hash"] if row else None
    if stored is None and must_exist:
        raise ConflictError("NO_PASSWORD")
    if stored is not None and not await matches(context, stored, password or ""):
        raise SignInRefusedError("PASSWORD_WRONG")


async def matches(context: Context, stored: str | None, password: str) -> bool:
    """Takes as long without a hash."""
    async with context.resources.hashing:
        return await asyncio.to_thread(password_matches, stored, password[:LONGEST_PASSWORD])


async def hashed(context: Context, password: str, field: str = "password") -> str:
    """The hash of a new password; raises InvalidInputError when it is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInputError("PASSWORD_LENGTH", field=field, least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
    async with context.resources.hashing:
        return await asyncio.to_thread(hash_password, password, quick=context.resources.settings.throwaway)
