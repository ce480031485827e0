"""Binding the platforms' own numbers to accounts."""

from typing import Annotated

import strawberry

from services.api.accounts import store
from services.api.accounts.binding import bind, check_uid
from services.api.accounts.types import Account
from services.api.context import Info
from services.api.errors import (
    Conflict,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.nodes import key_of

MOST_BINDINGS = 5_000


@strawberry.input(description="A platform number and whose it is. (编号绑定)")
class UidBindingInput:
    account_id: strawberry.ID = strawberry.field(description="The account. (账号)")
    uid: str = strawberry.field(description="The platform's own number, all its digits. (平台用户编号)")


@strawberry.input(description="Platform numbers to bind. (绑定平台用户编号)")
class BindUidsInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    bindings: list[UidBindingInput] = strawberry.field(description="All are bound or none. (绑定清单)")


@strawberry.type(description="The numbers are bound; lines that waited for them are looked at again. (已绑定)")
class BindUidsPayload:
    accounts: list[Account] = strawberry.field(description="The accounts, in the order of the input. (账号)")


BindUidsResult = Annotated[
    BindUidsPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("BindUidsResult", description="What bindUids answers. (绑定结果)"),
]


@strawberry.type
class AccountMutation:
    @strawberry.mutation(description="Binds platform numbers to accounts, each once. (绑定平台用户编号)")
    async def bind_uids(
        self,
        info: Info,
        input: Annotated[BindUidsInput, strawberry.argument(description="What to bind. (输入)")],  # noqa: A002
    ) -> BindUidsResult:
        context = info.context
        scope = context.may("bindUids")
        contest_id = key_of(input.contest_id, "Contest")
        keys = [key_of(binding.account_id, "Account") for binding in input.bindings]
        if contest_id is None or not scope.covers(contest_id) or None in keys:
            raise NotFoundError
        if len(keys) > MOST_BINDINGS:
            raise InvalidInputError("LIST_TOO_LONG", field="bindings", most=MOST_BINDINGS)
        for place, binding in enumerate(input.bindings):
            check_uid(f"bindings.{place}.uid", binding.uid)
        pairs = [(key, binding.uid) for key, binding in zip(keys, input.bindings, strict=True) if key is not None]
        async with context.pool.acquire() as connection, connection.transaction():
            await bind(context, connection, contest_id, pairs)
        await context.send_jobs()
        accounts = await store.find_accounts(context.pool, context.rows("Account"), [key for key, _ in pairs])
        return BindUidsPayload(accounts=[account for account in accounts if account is not None])
