"""What happens to somebody whom the provider has sent back: they sign in, join their identity, or come in."""

import secrets
from uuid import UUID

from asyncpg import Record

from services.api.context import Context
from services.api.errors import ConflictError, NotAllowedError
from services.api.invitations import accept
from services.api.invitations.store import find_invitation
from services.api.single_sign_on import store
from services.api.single_sign_on.provider import Identity
from services.api.users import store as users
from services.api.users.sessions import new_token, token_hash
from services.shared.audit.actions import Action
from services.shared.audit.store import Actor, Entry
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.logins import is_login, is_personal, read_login
from services.shared.messages.store import Message, tell

LONGEST_NAME = 200


async def sign_in(context: Context, identity: Identity) -> None:
    """Opens a session. Raises NotAllowedError for an identity that is nobody's, or of a closed account."""
    async with context.pool.acquire() as connection, connection.transaction():
        user = await store.find_user(connection, identity)
        if user is None or user["disabled_at"] is not None:
            raise NotAllowedError("IDENTITY_UNKNOWN")
        await _open_session(context, connection, Actor(user["id"], user["login"], context.address))


async def join(context: Context, identity: Identity, user_id: UUID) -> None:
    """Joins the identity to the user who began it and is still signed in."""
    if context.viewer.user_id != user_id:
        raise NotAllowedError("SIGN_IN_LOST")
    async with context.pool.acquire() as connection, connection.transaction():
        if not await store.join_identity(connection, identity, user_id):
            known = await store.find_user(connection, identity)
            if known is None or known["id"] != user_id:
                raise ConflictError("IDENTITY_TAKEN")
        else:
            await context.record(connection, Entry(Action.LINK_IDENTITY, "User", user_id))
            contests = {grant.contest_id for grant in context.viewer.grants if grant.contest_id}
            event = f"identity {new_id()}"
            told = (Message("IDENTITY_LINKED", contest, event, user_id=user_id) for contest in sorted(contests))
            await tell(connection, *told)


async def come_in(context: Context, identity: Identity, invitation_id: UUID) -> None:
    """Accepts an invitation, for the user of the identity or a new one, and opens a session."""
    async with context.pool.acquire() as connection, connection.transaction():
        found = await find_invitation(connection, invitation_id)
        if found is None or found["user_id"] is not None:  # a new password is nothing for the provider
            raise accept.unknown_code()
        invitation = await accept.lock(connection, found)
        user = await store.find_user(connection, identity)
        if user is not None and user["disabled_at"] is not None:
            raise NotAllowedError("IDENTITY_UNKNOWN")
        actor = Actor(user["id"], user["login"], context.address) if user else None
        if actor is None:
            actor = await _add_user(context, connection, identity, invitation)
        await accept.use(context, connection, invitation, actor)
        await _open_session(context, connection, actor)
    assert actor.user_id is not None  # noqa: S101  both ways give one
    await context.resources.sessions.changed(actor.user_id)


async def _add_user(context: Context, connection: Connection, identity: Identity, invitation: Record) -> Actor:
    """A user without a password. The login is the provider's where it is free and can be one."""
    name = invitation["contestant_name"] or invitation["name"] or identity.name[:LONGEST_NAME]
    login = read_login(identity.login)
    user_id = (
        await users.add_user(connection, login, name, None) if is_login(login) and not is_personal(login) else None
    )
    if user_id is None:
        login = f"oidc-{secrets.token_hex(6)}"
        user_id = await users.add_user(connection, login, name, None)
    if user_id is None or not await store.join_identity(connection, identity, user_id):
        raise ConflictError  # somebody was faster with the same identity
    return Actor(user_id, login, context.address)


async def _open_session(context: Context, connection: Connection, actor: Actor) -> None:
    token, days = new_token(), context.resources.settings.session_days
    assert actor.user_id is not None  # noqa: S101  somebody signs in
    await users.open_session(connection, actor.user_id, token_hash(token), days, context.address)
    await context.record(connection, Entry(Action.SIGN_IN_BY_PROVIDER, "User", actor.user_id), actor=actor)
    context.cookie = token
