"""Signing in and out, and the viewer's own password."""

from datetime import datetime
from typing import Annotated

import strawberry

from services.api.attempts import SIGN_INS
from services.api.context import Context, Info
from services.api.errors import Conflict, InvalidInput, NotAllowed, SignInRefused, SignInRefusedError, TooManyAttempts
from services.api.rows import Row
from services.api.second_factor.check import code_is_right
from services.api.tokens.store import revoke_tokens
from services.api.users import store
from services.api.users.credentials import attempt, check_password, hashed, matches, own_id
from services.api.users.sessions import new_token, token_hash
from services.api.users.types import User, ViewerType
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Actor, Entry
from services.shared.logins import read_login


@strawberry.input(description="Login and password. (登录)")
class SignInInput:
    login: str = strawberry.field(description="The login, in any case or width of letters. (登录名)")
    password: str = strawberry.field(description="The password. (密码)")
    code: str | None = strawberry.field(
        default=None, description="Where a second factor is on: its code, or a recovery code. (动态验证码或恢复码)"
    )


@strawberry.type(description="Signed in. (登录成功)")
class SignInPayload:
    token: str = strawberry.field(description="Send it as `Authorization: Bearer …`. (令牌)")
    expires_at: datetime = strawberry.field(description="When it ends. (有效期至)")
    user: User = strawberry.field(description="Who signed in. (用户)")


SignInResult = Annotated[
    SignInPayload | SignInRefused | TooManyAttempts,
    strawberry.union("SignInResult", description="What signIn answers. (登录结果)"),
]


@strawberry.type(description="Signed out. (已退出)")
class SignOutPayload:
    signed_out: bool = strawberry.field(description="False when nobody was signed in. (是否曾登录)")


@strawberry.input(description="What ends. (全部退出)")
class SignOutEverywhereInput:
    tokens: bool = strawberry.field(default=False, description="Revoke all personal tokens as well. (同时撤销令牌)")


@strawberry.type(description="Signed out on all devices. (已全部退出)")
class SignOutEverywherePayload:
    sessions: int = strawberry.field(description="How many sessions have ended. (结束的登录数)")
    tokens: int = strawberry.field(description="How many tokens were revoked. (撤销的令牌数)")


SignOutEverywhereResult = Annotated[
    SignOutEverywherePayload | NotAllowed,
    strawberry.union("SignOutEverywhereResult", description="What signOutEverywhere answers. (全部退出的结果)"),
]


@strawberry.input(description="The password as it was and as it is to be. (修改密码)")
class ChangePasswordInput:
    old_password: str = strawberry.field(description="The present one. (原密码)")
    new_password: str = strawberry.field(description="10 to 200 characters. (新密码)")


@strawberry.type(description="The new password holds. (密码已修改)")
class ChangePasswordPayload:
    sessions: int = strawberry.field(description="How many other sessions have ended. (结束的其他登录数)")


ChangePasswordResult = Annotated[
    ChangePasswordPayload | InvalidInput | NotAllowed | Conflict | SignInRefused | TooManyAttempts,
    strawberry.union("ChangePasswordResult", description="What changePassword answers. (修改密码的结果)"),
]


@strawberry.type
class SignInQuery:
    @strawberry.field(description="Whoever asks; none when not signed in. (当前用户)")
    async def viewer(self, info: Info) -> ViewerType | None:
        return ViewerType.of(info.context.viewer)


@strawberry.type
class SignInMutation:
    @strawberry.mutation(description="Opens a session. Five failures lock a login for a quarter of an hour. (登录)")
    async def sign_in(
        self,
        info: Info,
        input: Annotated[SignInInput, strawberry.argument(description="Login and password. (登录)")],  # noqa: A002
    ) -> SignInResult:
        context, login = info.context, read_login(input.login)
        await context.count_attempt("signIn", **SIGN_INS)
        attempted_at = await store.count_attempt(context.pool, login)
        row = await store.find_credentials(context.pool, login)
        if not await matches(context, row["password_hash"] if row else None, input.password) or row is None:
            raise SignInRefusedError
        return await _open_session(context, row, input.code, attempted_at)

    @strawberry.mutation(description="Ends the session that this request came with. (退出)")
    async def sign_out(self, info: Info) -> SignOutPayload:
        context = info.context
        if context.token is None or context.viewer.user_id is None:
            context.nothing_to_record()
            return SignOutPayload(signed_out=False)
        key = token_hash(context.token)
        async with context.pool.acquire() as connection, connection.transaction():
            await store.end_session(connection, key)
            await context.record(connection, Entry(Action.SIGN_OUT, "User", context.viewer.user_id))
        await context.resources.sessions.ended([key])
        context.cookie = ""
        return SignOutPayload(signed_out=True)

    @strawberry.mutation(description="Ends all sessions of the viewer, also this one. (在所有设备上退出)")
    async def sign_out_everywhere(
        self,
        info: Info,
        input: Annotated[SignOutEverywhereInput, strawberry.argument(description="What ends. (范围)")],  # noqa: A002
    ) -> SignOutEverywhereResult:
        context, user_id = info.context, own_id(info.context)
        async with context.pool.acquire() as connection, connection.transaction():
            sessions = await store.end_sessions(connection, user_id)
            tokens = await revoke_tokens(connection, user_id) if input.tokens else []
            await context.record(connection, Entry(Action.SIGN_OUT_EVERYWHERE, "User", user_id))
        await context.resources.sessions.ended([*sessions, *tokens])
        context.cookie = ""
        return SignOutEverywherePayload(sessions=len(sessions), tokens=len(tokens))

    @strawberry.mutation(description="Changes the viewer's password and ends their other sessions. (修改密码)")
    async def change_password(
        self,
        info: Info,
        input: Annotated[ChangePasswordInput, strawberry.argument(description="Old and new. (新旧密码)")],  # noqa: A002
    ) -> ChangePasswordResult:
        context, user_id = info.context, own_id(info.context)
        password_hash = await hashed(context, input.new_password, "newPassword")
        async with attempt(context):
            await check_password(context, input.old_password, must_exist=True)
        this = token_hash(context.token) if context.token else None
        async with context.pool.acquire() as connection, connection.transaction():
            await store.change_password(connection, user_id, password_hash)
            ended = await store.end_sessions(connection, user_id, this)
            changed = Entry(Action.CHANGE_PASSWORD, "User", user_id, changes={"password": (HIDDEN, HIDDEN)})
            await context.record(connection, changed)
        await context.resources.sessions.ended(ended)
        return ChangePasswordPayload(sessions=len(ended))


async def _open_session(context: Context, row: Row, code: str | None, attempted_at: datetime) -> SignInPayload:
    """For whoever knows the password: asks for the code where one is needed; raises SignInRefusedError."""
    token, days = new_token(), context.resources.settings.session_days
    async with context.pool.acquire() as connection, connection.transaction():
        if row["totp_confirmed_at"] is not None:
            if not code:
                raise SignInRefusedError("CODE_NEEDED")
            if not await code_is_right(connection, context.resources.vault, row["id"], code):
                raise SignInRefusedError("CODE_WRONG")
        if row["disabled_at"] is not None:
            raise SignInRefusedError("USER_DISABLED")
        await store.mark_success(connection, row["login"], attempted_at)
        expires_at = await store.open_session(connection, row["id"], token_hash(token), days, context.address)
        actor = Actor(row["id"], row["login"], context.address)
        await context.record(connection, Entry(Action.SIGN_IN, "User", row["id"]), actor=actor)
    context.cookie = token
    return SignInPayload(token=token, expires_at=expires_at, user=User.of(row))
