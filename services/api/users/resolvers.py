"""Letting people in."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.access import Scope
from services.api.checks import check_text
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
)
from services.api.grants.reach import check_may_give
from services.api.grants.store import add_grant
from services.api.invitations.rights import Right
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
        scope = context.may("createUser")
        login = checked_login(input.login)
        _check_user(input)
        password_hash = await hashed(context, input.password)
        async with context.pool.acquire() as connection, connection.transaction():
            await lock_contest(connection, key_of(input.contest_id, "Contest"))
            places = await _find_places(context, connection, input, scope)
            right = Right(input.role, places[0], places[1])
            check_may_give(context, right)
            user_id = await store.add_user(connection, login, input.name, password_hash)
            if user_id is None:
                raise ConflictError("LOGIN_TAKEN", login=login)
            await add_grant(connection, user_id, right, places[2])
            changes: dict[str, tuple[Value, Value]] = {"login": (None, login), "role": (None, input.role)}
            await context.record(connection, Entry(Action.CREATE_USER, "User", user_id, *places, changes))
        return CreateUserPayload(user=User(uuid=user_id, login=login, name=input.name))


def _check_user(user: CreateUserInput) -> None:
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
    context: Context, connection: Database, user: CreateUserInput, scope: Scope
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
