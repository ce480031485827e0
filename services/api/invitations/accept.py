"""Using an invitation: whoever holds the code comes in, once."""

from datetime import datetime
from typing import Annotated

import strawberry
from asyncpg import Record

from services.api.attempts import INVITATIONS
from services.api.checks import check_text
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    NotFound,
    NotFoundError,
    TooManyAttempts,
)
from services.api.grants.store import lock_holder
from services.api.invitations import store
from services.api.invitations.codes import PREFIX_LENGTH, code_hashes, read_code
from services.api.single_sign_on.store import delete_identities
from services.api.tokens.store import revoke_tokens
from services.api.users import store as users
from services.api.users.credentials import checked_login, hashed
from services.api.users.sessions import new_token, token_hash
from services.api.users.types import User
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Actor, Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.vocabulary import InvitationState, Role


@strawberry.input(description="The code, and how the person will sign in. (接受邀请)")
class AcceptInvitationInput:
    code: str = strawberry.field(description="As typed, scanned or pasted with its link. (邀请码或激活码)")
    login: str | None = strawberry.field(
        default=None,
        description="Of the account to be made; without one the right is added to whoever is signed in. (登录名)",
    )
    password: str | None = strawberry.field(
        default=None, description="The same; and the new one where access is renewed. 10 to 200 characters. (密码)"
    )
    name: str | None = strawberry.field(default=None, description="Without one, as in the invitation. (姓名)")


@strawberry.type(description="The invitation is used. (已接受)")
class AcceptInvitationPayload:
    user: User = strawberry.field(description="Who came in. (用户)")
    token: str | None = strawberry.field(
        description="Of the session that was opened; none for whoever was signed in, or has now to sign in. (令牌)"
    )
    expires_at: datetime | None = strawberry.field(description="When that session ends. (有效期至)")


AcceptInvitationResult = Annotated[
    AcceptInvitationPayload | InvalidInput | NotFound | Conflict | TooManyAttempts,
    strawberry.union("AcceptInvitationResult", description="What acceptInvitation answers. (接受邀请的结果)"),
]


def unknown_code() -> NotFoundError:
    """There is no such code, or it was used, has ended, or is of somebody who cannot come in: nobody hears which."""
    return NotFoundError("INVITATION_UNKNOWN")


@strawberry.type
class AcceptMutation:
    @strawberry.mutation(
        description="Uses an invitation or activation code: makes an account and signs in, adds the right for whoever"
        " is signed in, or sets a new password. (接受邀请)"
    )
    async def accept_invitation(
        self,
        info: Info,
        input: Annotated[AcceptInvitationInput, strawberry.argument(description="The code. (邀请码)")],  # noqa: A002
    ) -> AcceptInvitationResult:
        return await accept_code(info.context, input)


async def accept_code(context: Context, given: AcceptInvitationInput) -> AcceptInvitationPayload:
    """What acceptInvitation does. A login always makes an account: people share a phone that one is signed in with."""
    found = await find_open(context, given.code)
    if found["user_id"] is not None:
        return await _renew(context, found, given)
    if context.viewer.user_id is not None and given.login is None:
        return await _join(context, found)
    return await _come_in(context, found, given)


async def find_open(context: Context, text: str) -> Record:
    """The invitation of a code. Raises NotFoundError, or TooManyAttemptsError for whoever has guessed too often.

    Guesses are counted by address and, so that many addresses do not help, by how the code begins.
    """
    await context.count_attempt("acceptInvitation", **INVITATIONS)
    code = read_code(text)
    if code is None:
        raise unknown_code()
    key = f"invitation {code[:PREFIX_LENGTH]}"
    attempted_at = await users.count_attempt(context.pool, key)
    found = await store.find_code(context.pool, code_hashes(context.resources.vault, code))
    if found is None:
        raise unknown_code()
    await users.mark_success(context.pool, key, attempted_at)
    return found


async def lock(connection: Connection, invitation: Record) -> Record:
    """The invitation as it stands once its contest is locked.

    Raises NotFoundError if somebody was faster, or whoever made it could make it no longer.
    """
    await lock_contest(connection, invitation["contest_id"])
    if invitation["user_id"] is not None:
        await lock_holder(connection, invitation["user_id"])
    locked = await store.lock_open_invitation(connection, invitation["id"])
    if locked is None or not await store.is_vouched_for(connection, locked):
        raise unknown_code()
    return locked


async def use(context: Context, connection: Connection, invitation: Record, actor: Actor) -> None:
    """Gives the right to whoever accepts, closes the invitation, records it and tells whoever made it."""
    assert actor.user_id is not None  # noqa: S101  somebody accepts
    await store.accept(connection, invitation, actor.user_id)
    contest_id, role = invitation["contest_id"], invitation["role"]
    await context.record(
        connection,
        Entry(
            Action.ACCEPT_INVITATION,
            "Invitation",
            invitation["id"],
            contest_id=contest_id,
            city_id=invitation["place_id"],
            contestant_id=invitation["contestant_id"],
            changes={"state": (InvitationState.OPEN, InvitationState.ACCEPTED), "role": (None, role)},
        ),
        actor=actor,
    )
    if contest_id is not None and role != Role.CONTESTANT and invitation["created_by"] is not None:
        event = f"invitation {invitation['id']}"
        parameters = {"login": actor.login, "role": role}
        message = Message("INVITATION_ACCEPTED", contest_id, event, parameters, user_id=invitation["created_by"])
        await tell(connection, message)


async def _come_in(context: Context, found: Record, given: AcceptInvitationInput) -> AcceptInvitationPayload:
    login = checked_login(given.login)
    password_hash = await hashed(context, given.password or "")
    if given.name is not None:
        check_text("name", given.name)
    token, days = new_token(), context.resources.settings.session_days
    async with context.pool.acquire() as connection, connection.transaction():
        invitation = await lock(connection, found)
        name = (given.name or invitation["contestant_name"] or invitation["name"]).strip()
        user_id = await users.add_user(connection, login, name, password_hash)
        if user_id is None:
            raise ConflictError("LOGIN_TAKEN", login=login)
        await use(context, connection, invitation, Actor(user_id, login, context.address))
        expires_at = await users.open_session(connection, user_id, token_hash(token), days, context.address)
    context.cookie = token
    return AcceptInvitationPayload(user=User(uuid=user_id, login=login, name=name), token=token, expires_at=expires_at)


async def _join(context: Context, found: Record) -> AcceptInvitationPayload:
    async with context.pool.acquire() as connection, connection.transaction():
        invitation = await lock(connection, found)
        await use(context, connection, invitation, context.actor)
    viewer = context.viewer
    assert viewer.user_id is not None  # noqa: S101  was asked before
    await context.resources.sessions.changed(viewer.user_id)
    user = User(uuid=viewer.user_id, login=viewer.login, name=viewer.name)
    return AcceptInvitationPayload(user=user, token=None, expires_at=None)


async def _renew(context: Context, found: Record, given: AcceptInvitationInput) -> AcceptInvitationPayload:
    """The new password opens nothing by itself: whoever has one-time codes still needs them to sign in."""
    password_hash, user_id = await hashed(context, given.password or ""), found["user_id"]
    async with context.pool.acquire() as connection, connection.transaction():
        invitation = await lock(connection, found)
        await users.change_password(connection, user_id, password_hash)
        ended = [*await users.end_sessions(connection, user_id), *await revoke_tokens(connection, user_id)]
        await delete_identities(connection, user_id)
        await store.accept(connection, invitation, user_id)
        entry = Entry(
            Action.ACCESS_RENEWED,
            "User",
            user_id,
            contest_id=invitation["contest_id"],
            city_id=invitation["city_id"],
            changes={"password": (HIDDEN, HIDDEN)},
        )
        await context.record(connection, entry, actor=Actor(user_id, invitation["login"], context.address))
        if invitation["contest_id"] is not None:
            event = f"invitation {invitation['id']}"
            await tell(connection, Message("PASSWORD_RENEWED", invitation["contest_id"], event, user_id=user_id))
    await context.resources.sessions.ended(ended)
    user = User(uuid=user_id, login=invitation["login"], name=invitation["user_name"])
    return AcceptInvitationPayload(user=user, token=None, expires_at=None)
