"""Signing in and out, and letting people in."""

import asyncio
import re
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.access import Scope
from services.api.contests.inputs import check_text
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotAllowedError,
    NotFound,
    NotFoundError,
    SignInRefused,
    SignInRefusedError,
    TooManyAttempts,
)
from services.api.nodes import key_of
from services.api.users import store
from services.api.users.sessions import new_token, token_hash
from services.api.users.types import User, ViewerType
from services.shared.audit.actions import Action
from services.shared.audit.store import Actor, Entry, Value
from services.shared.database.pool import Connection
from services.shared.passwords import hash_password, password_matches
from services.shared.vocabulary import Role

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200


@strawberry.input(description="Login and password. (登录)")
class SignInInput:
    login: str = strawberry.field(description="The login. (登录名)")
    password: str = strawberry.field(description="The password. (密码)")


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


@strawberry.input(description="A person, and the one right they begin with. (新用户)")
class CreateUserInput:
    login: str = strawberry.field(description="a-z, 0-9 and . _ @ -, 2 to 64 characters. (登录名)")
    password: str = strawberry.field(description="10 to 200 characters. (密码)")
    name: str = strawberry.field(description="Their name. (姓名)")
    role: Role = strawberry.field(description="The role. (角色)")
    contest_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where; an organiser without one may do everything. (赛事)"
    )
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of a team leader. (市州)")
    contestant_id: strawberry.ID | None = strawberry.field(default=None, description="Of a contestant. (选手)")


@strawberry.type(description="The person can sign in. (已创建)")
class CreateUserPayload:
    user: User = strawberry.field(description="The person. (用户)")


CreateUserResult = Annotated[
    CreateUserPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("CreateUserResult", description="What createUser answers. (创建用户的结果)"),
]


@strawberry.type
class UserQuery:
    @strawberry.field(description="Whoever asks; none when not signed in. (当前用户)")
    async def viewer(self, info: Info) -> ViewerType | None:
        return ViewerType.of(info.context.viewer)


@strawberry.type
class UserMutation:
    @strawberry.mutation(description="Opens a session. Five failures lock a login for a quarter of an hour. (登录)")
    async def sign_in(
        self,
        info: Info,
        input: Annotated[SignInInput, strawberry.argument(description="Login and password. (登录)")],  # noqa: A002
    ) -> SignInResult:
        context, login = info.context, input.login.strip().lower()[:100]
        attempted_at = await store.count_attempt(context.pool, login)
        row = await store.find_password_hash(context.pool, login)
        stored = row["password_hash"] if row else None
        async with context.resources.hashing:
            matches = await asyncio.to_thread(password_matches, stored, input.password[:LONGEST_PASSWORD])
        if row is None or not matches:
            raise SignInRefusedError
        token, days = new_token(), context.resources.settings.session_days
        async with context.pool.acquire() as connection, connection.transaction():
            expires_at = await store.open_session(
                connection, row["id"], token_hash(token), days, login=login, attempted_at=attempted_at
            )
            actor = Actor(row["id"], login, context.address)
            await context.record(connection, Entry(Action.SIGN_IN, "User", row["id"]), actor=actor)
        context.cookie = token
        return SignInPayload(token=token, expires_at=expires_at, user=User.of(row))

    @strawberry.mutation(description="Ends the session that this request came with. (退出)")
    async def sign_out(self, info: Info) -> SignOutPayload:
        context = info.context
        if context.token is None or context.viewer.user_id is None:
            context.nothing_to_record()
            return SignOutPayload(signed_out=False)
        async with context.pool.acquire() as connection, connection.transaction():
            await store.end_session(connection, token_hash(context.token))
            await context.record(connection, Entry(Action.SIGN_OUT, "User", context.viewer.user_id))
        await context.resources.sessions.end(context.token)
        context.cookie = ""
        return SignOutPayload(signed_out=True)

    @strawberry.mutation(description="Lets a person in, with one right. (创建用户)")
    async def create_user(
        self,
        info: Info,
        input: Annotated[CreateUserInput, strawberry.argument(description="The person. (新用户)")],  # noqa: A002
    ) -> CreateUserResult:
        context = info.context
        scope = context.may("createUser")
        _check_user(input)
        async with context.resources.hashing:
            hashed = await asyncio.to_thread(hash_password, input.password)
        async with context.pool.acquire() as connection, connection.transaction():
            places = await _find_places(context, connection, input, scope)
            user_id = await store.add_user(connection, input.login, input.name, hashed)
            if user_id is None:
                raise ConflictError("LOGIN_TAKEN", login=input.login)
            await store.add_grant(connection, user_id, input.role, places)
            changes: dict[str, tuple[Value, Value]] = {"login": (None, input.login), "role": (None, input.role)}
            contest_id, city_id, contestant_id = places
            await context.record(
                connection,
                Entry(Action.CREATE_USER, "User", user_id, contest_id, city_id, contestant_id, changes),
            )
        return CreateUserPayload(user=User(uuid=user_id, login=input.login, name=input.name))


def _check_user(user: CreateUserInput) -> None:
    if not LOGIN.fullmatch(user.login):
        raise InvalidInputError("LOGIN_INVALID", field="login")
    if not SHORTEST_PASSWORD <= len(user.password) <= LONGEST_PASSWORD:
        raise InvalidInputError("PASSWORD_LENGTH", field="password", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
    check_text("name", user.name)
    if user.role is Role.PUBLIC:
        raise InvalidInputError("ROLE_NOT_GRANTED", field="role")
    if (user.role in (Role.CITY_CLERK, Role.CITY_LEADER)) != (user.city_id is not None):
        raise InvalidInputError("CITY_OF_LEADER", field="cityId")
    if (user.role is Role.CONTESTANT) != (user.contestant_id is not None):
        raise InvalidInputError("CONTESTANT_OF_GRANT", field="contestantId")
    if user.role not in (Role.ORGANISER, Role.AUDITOR) and user.contest_id is None:
        raise InvalidInputError("CONTEST_NEEDED", field="contestId")


async def _find_places(
    context: Context, connection: Connection, user: CreateUserInput, scope: Scope
) -> tuple[UUID | None, UUID | None, UUID | None]:
    """Contest, city and contestant of the right; raises when one does not exist or lies outside the viewer's reach."""
    if user.contest_id is None:
        if not scope.everywhere:
            raise NotAllowedError
        return None, None, None
    contest_id = key_of(user.contest_id, "Contest")
    if contest_id is None or not scope.covers(contest_id):
        raise NotFoundError
    city_id, contestant_id = key_of(user.city_id, "City"), key_of(user.contestant_id, "Contestant")
    found = await store.find_place(connection, contest_id, city_id, contestant_id)
    city_fits = user.city_id is None or found["city"]
    contestant_fits = user.contestant_id is None or found["contestant"]
    if not (found["contest"] and city_fits and contestant_fits):
        raise NotFoundError
    return contest_id, city_id, contestant_id
