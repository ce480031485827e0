"""Letting people in."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_text
from services.api.context import Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.grants.reach import check_may_give, check_right, find_right
from services.api.grants.rights import Right
from services.api.grants.store import add_grant
from services.api.nodes import After, Connection, First, Page, key_of
from services.api.users import store
from services.api.users.credentials import checked_login, hashed
from services.api.users.types import User
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection as Database
from services.shared.vocabulary import Role


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
    @strawberry.field(description="Who holds which right, for organisers and auditors. (用户列表)")
    async def users(
        self,
        info: Info,
        contest_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="With a right there; none: anywhere. (赛事)"),
        ] = None,
        role: Annotated[Role | None, strawberry.argument(description="With this role. (角色)")] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[User]:
        contest = key_of(contest_id, "Contest")
        page, context = Page.of(f"users {contest} {role}", first, after), info.context
        if contest_id is not None and contest is None:
            return page.connect([], 0)
        found, total = await store.list_users(context.pool, context.rows("User"), contest, role, page)
        return page.connect([(user.uuid, user) for user in found], total)


@strawberry.type
class UserMutation:
    @strawberry.mutation(description="Lets a person in, with one right. (创建用户)")
    async def create_user(
        self,
        info: Info,
        input: Annotated[CreateUserInput, strawberry.argument(description="The person. (新用户)")],  # noqa: A002
    ) -> CreateUserResult:
        context = info.context
        login = checked_login(input.login)
        _check_user(input)
        password_hash = await hashed(context, input.password)
        async with context.pool.acquire() as connection, connection.transaction():
            right = await find_right(context, connection, "createUser", input.role, input.contest_id, input.city_id)
            await lock_contest(connection, right.contest_id)
            check_may_give(context, right)
            contestant_id = await _contestant(connection, right, input.contestant_id)
            user_id = await store.add_user(connection, login, input.name, password_hash)
            if user_id is None:
                raise ConflictError("LOGIN_TAKEN", login=login)
            await add_grant(connection, user_id, right, contestant_id)
            changes: dict[str, tuple[Value, Value]] = {"login": (None, login), "role": (None, input.role)}
            place = right.contest_id, right.city_id, contestant_id
            await context.record(connection, Entry(Action.CREATE_USER, "User", user_id, *place, changes))
        return CreateUserPayload(user=User(uuid=user_id, login=login, name=input.name))


def _check_user(user: CreateUserInput) -> None:
    check_text("name", user.name)
    if user.role is Role.PUBLIC:
        raise InvalidInputError("ROLE_NOT_GRANTED", field="role")
    check_right(user.role, user.contest_id, user.city_id)
    if (user.role is Role.CONTESTANT) != (user.contestant_id is not None):
        raise InvalidInputError("CONTESTANT_OF_GRANT", field="contestantId")


async def _contestant(connection: Database, right: Right, text: strawberry.ID | None) -> UUID | None:
    """Whose account it is to be. Raises NotFoundError where none can be made for them."""
    key = key_of(text, "Contestant")
    if text is not None and (
        key is None or right.contest_id is None or not await store.may_have_account(connection, right.contest_id, key)
    ):
        raise NotFoundError
    return key
