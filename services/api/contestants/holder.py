"""Whoever registers can sign in from then on: as the user they are, or as a new one."""

from dataclasses import dataclass
from uuid import UUID

from services.api.context import Context
from services.api.errors import ConflictError
from services.api.users.credentials import checked_login, hashed
from services.api.users.store import add_user
from services.shared.database.pool import Connection


@dataclass(frozen=True, slots=True)
class NewUser:
    login: str
    name: str
    password_hash: str


async def checked_user(context: Context, login: str | None, password: str | None, name: str) -> NewUser | None:
    """The user to be; None for whoever is signed in. Raises InvalidInputError."""
    if context.viewer.user_id is not None:
        return None
    return NewUser(checked_login(login), name, await hashed(context, password or ""))


async def add_holder(context: Context, connection: Connection, user: NewUser | None) -> UUID | None:
    """Who will sign in as the contestant; raises ConflictError when the login is taken."""
    if user is None:
        return context.viewer.user_id
    user_id = await add_user(connection, user.login, user.name, user.password_hash)
    if user_id is None:
        raise ConflictError("LOGIN_TAKEN", login=user.login)
    return user_id
