"""Shutting users out and letting them in again."""

from typing import Annotated

import strawberry

from services.api.checks import check_reason
from services.api.context import Info
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound
from services.api.grants.reach import find_managed
from services.api.second_factor.store import switch_off
from services.api.tokens.store import revoke_tokens
from services.api.users import store
from services.api.users.types import User
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.identity import new_id
from services.shared.messages.store import Message, tell


@strawberry.input(description="Who, and why. (停用账号)")
class DisableUserInput:
    user_id: strawberry.ID = strawberry.field(description="The user. (用户)")
    reason: str = strawberry.field(description="Why. (理由)")


@strawberry.type(description="They are signed out everywhere and cannot sign in. (已停用)")
class DisableUserPayload:
    user: User = strawberry.field(description="Who. (用户)")


@strawberry.input(description="Who, and why. (恢复账号)")
class EnableUserInput:
    user_id: strawberry.ID = strawberry.field(description="The user. (用户)")
    reason: str = strawberry.field(description="Why. (理由)")


@strawberry.type(description="They can sign in again. (已恢复)")
class EnableUserPayload:
    user: User = strawberry.field(description="Who. (用户)")


@strawberry.input(description="Whose second factor, and why it is taken away. (重置动态验证码)")
class ResetTotpInput:
    user_id: strawberry.ID = strawberry.field(description="The user. (用户)")
    reason: str = strawberry.field(description="Why; ask them by another way first. (理由)")


@strawberry.type(description="They sign in by password alone, and can set up another. (已重置)")
class ResetTotpPayload:
    user: User = strawberry.field(description="Who. (用户)")


DisableUserResult = Annotated[
    DisableUserPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DisableUserResult", description="What disableUser answers. (停用账号的结果)"),
]
EnableUserResult = Annotated[
    EnableUserPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("EnableUserResult", description="What enableUser answers. (恢复账号的结果)"),
]
ResetTotpResult = Annotated[
    ResetTotpPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ResetTotpResult", description="What resetTotp answers. (重置的结果)"),
]


@strawberry.type
class DisableMutation:
    @strawberry.mutation(description="Ends a user's sessions and tokens, and lets them in no more. (停用账号)")
    async def disable_user(
        self,
        info: Info,
        input: Annotated[DisableUserInput, strawberry.argument(description="Who. (用户)")],  # noqa: A002
    ) -> DisableUserResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            user_id, row, contest_id = await find_managed(context, connection, "disableUser", input.user_id)
            if not await store.disable(connection, user_id):
                raise ConflictError("USER_IS_DISABLED")
            ended = await store.end_sessions(connection, user_id) + await revoke_tokens(connection, user_id)
            entry = Entry(Action.DISABLE_USER, "User", user_id, contest_id, reason=input.reason)
            await context.record(connection, entry)
        await context.resources.sessions.ended(ended)
        return DisableUserPayload(user=User(uuid=user_id, login=row["login"], name=row["name"]))

    @strawberry.mutation(description="Lets a disabled user sign in again; tokens stay revoked. (恢复账号)")
    async def enable_user(
        self,
        info: Info,
        input: Annotated[EnableUserInput, strawberry.argument(description="Who. (用户)")],  # noqa: A002
    ) -> EnableUserResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            user_id, row, contest_id = await find_managed(context, connection, "enableUser", input.user_id)
            if not await store.enable(connection, user_id):
                raise ConflictError("USER_IS_ENABLED")
            entry = Entry(Action.ENABLE_USER, "User", user_id, contest_id, reason=input.reason)
            await context.record(connection, entry)
        return EnableUserPayload(user=User(uuid=user_id, login=row["login"], name=row["name"]))

    @strawberry.mutation(description="Takes a user's second factor away, when they have lost it. (重置动态验证码)")
    async def reset_totp(
        self,
        info: Info,
        input: Annotated[ResetTotpInput, strawberry.argument(description="Whose. (用户)")],  # noqa: A002
    ) -> ResetTotpResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            user_id, row, contest_id = await find_managed(context, connection, "resetTotp", input.user_id)
            if not await switch_off(connection, user_id):
                raise ConflictError("TOTP_OFF")
            entry = Entry(Action.RESET_TOTP, "User", user_id, contest_id, reason=input.reason)
            await context.record(connection, entry)
            if contest_id is not None:
                event = f"second factor {new_id()}"
                await tell(connection, Message("TOTP_RESET", contest_id, event, user_id=user_id))
        return ResetTotpPayload(user=User(uuid=user_id, login=row["login"], name=row["name"]))
