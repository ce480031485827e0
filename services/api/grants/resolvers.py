"""Giving rights to users, and taking them away."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.grants import store
from services.api.grants.reach import check_may_give, check_right, find_right
from services.api.grants.rights import Right
from services.api.nodes import key_of
from services.api.users.types import User
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.logins import read_login
from services.shared.messages.store import Message, tell
from services.shared.problems import Parameters
from services.shared.vocabulary import HostRole, Role


@strawberry.input(description="A right for somebody who can sign in already. (授权)")
class GrantRoleInput:
    login: str = strawberry.field(description="Who: the login. (登录名)")
    role: Role = strawberry.field(description="The role. (角色)")
    contest_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where; an organiser or auditor without one is one of every contest. (赛事)"
    )
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of a clerk or team leader. (市州)")
    host_role: HostRole | None = strawberry.field(
        default=None, description="Of an organiser: on which side; none is both. (主办或承办)"
    )
    reason: str = strawberry.field(default="", description="Why. (理由)")


@strawberry.type(description="They have the right from now on. (已授权)")
class GrantRolePayload:
    user: User = strawberry.field(description="Who. (用户)")


@strawberry.input(description="A right that is to end. (撤销授权)")
class RevokeGrantInput:
    grant_id: strawberry.ID = strawberry.field(description="Its id. (授权编号)")
    reason: str = strawberry.field(description="Why. (理由)")


@strawberry.type(description="They have the right no more. (已撤销)")
class RevokeGrantPayload:
    user: User = strawberry.field(description="Who had it. (用户)")


GrantRoleResult = Annotated[
    GrantRolePayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("GrantRoleResult", description="What grantRole answers. (授权的结果)"),
]
RevokeGrantResult = Annotated[
    RevokeGrantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("RevokeGrantResult", description="What revokeGrant answers. (撤销授权的结果)"),
]


@strawberry.type
class GrantMutation:
    @strawberry.mutation(description="Gives a user one more right. (授权)")
    async def grant_role(
        self,
        info: Info,
        input: Annotated[GrantRoleInput, strawberry.argument(description="The right. (授权)")],  # noqa: A002
    ) -> GrantRoleResult:
        context = info.context
        _check_right(input)
        async with context.pool.acquire() as connection, connection.transaction():
            place = input.contest_id, input.city_id, input.host_role
            right = await find_right(context, connection, "grantRole", input.role, *place)
            await lock_contest(connection, right.contest_id)
            check_may_give(context, right)
            row = await store.lock_user(connection, read_login(input.login))
            if row is None:
                raise InvalidInputError("LOGIN_UNKNOWN", field="login")
            grant_id = await store.add_grant(connection, row["id"], right)
            if grant_id is None:
                raise ConflictError("GRANT_HELD")
            await _tell(context, connection, grant_id, row["id"], right, given=True, reason=input.reason)
        await context.resources.sessions.changed(row["id"])
        return GrantRolePayload(user=User.of(row))

    @strawberry.mutation(description="Takes a right away, at once. (撤销授权)")
    async def revoke_grant(
        self,
        info: Info,
        input: Annotated[RevokeGrantInput, strawberry.argument(description="Which. (授权)")],  # noqa: A002
    ) -> RevokeGrantResult:
        context, grant_id = info.context, key_of(input.grant_id, "Grant")
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await store.find_grant(connection, grant_id) if grant_id else None
            scope = context.may("revokeGrant")
            if grant_id is None or row is None or not (scope.everywhere or row["contest_id"] in scope.contests):
                raise NotFoundError
            side = HostRole(row["host_role"]) if row["host_role"] else None
            right = Right(Role(row["role"]), row["contest_id"], row["city_id"], side)
            if row["user_id"] == context.viewer.user_id:
                raise ConflictError("OWN_ACCOUNT")
            check_may_give(context, right)
            await store.delete_grant(connection, grant_id)
            await _tell(context, connection, grant_id, row["user_id"], right, given=False, reason=input.reason)
        await context.resources.sessions.changed(row["user_id"])
        return RevokeGrantPayload(user=User(uuid=row["user_id"], login=row["login"], name=row["name"]))


def _check_right(asked: GrantRoleInput) -> None:
    if asked.role in (Role.PUBLIC, Role.CONTESTANT):
        raise InvalidInputError("ROLE_NOT_GIVEN", field="role")
    check_right(asked.role, asked.contest_id, asked.city_id, asked.host_role)
    if asked.reason:
        check_reason(asked.reason)


async def _tell(
    context: Context, connection: Connection, grant_id: UUID, user_id: UUID, right: Right, *, given: bool, reason: str
) -> None:
    """Records the right, and tells its holder of it."""
    pairs = {"role": str(right.role), "host_role": right.host_role and str(right.host_role)}
    await context.record(
        connection,
        Entry(
            Action.GRANT_ROLE if given else Action.REVOKE_GRANT,
            "User",
            user_id,
            contest_id=right.contest_id,
            city_id=right.city_id,
            changes={name: (None, each) if given else (each, None) for name, each in pairs.items() if each},
            reason=reason,
        ),
    )
    if right.contest_id is not None:
        code, event = ("GRANT_GIVEN", "given") if given else ("GRANT_REVOKED", "revoked")
        role: Parameters = {"role": str(right.role)}
        await tell(connection, Message(code, right.contest_id, f"grant {grant_id} {event}", role, user_id=user_id))
