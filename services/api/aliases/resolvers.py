"""Asking for an alias, and deciding it: the same account under a new handle, never another account."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.accounts.types import Account
from services.api.aliases import store
from services.api.aliases.types import AccountAlias
from services.api.checks import check_reason
from services.api.contestants.details import check_handle
from services.api.contestants.locked import lock_person
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
from services.api.idempotency.store import once
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Entry
from services.shared.database.pool import Connection as Database
from services.shared.handles import handle_key
from services.shared.messages.store import Message, tell, tell_organisers
from services.shared.registration.store import find_holders, people_changed
from services.shared.vocabulary import AliasState


@strawberry.input(description="The platform gave the account a new handle. (申请别名)")
class AskAliasInput:
    account_id: strawberry.ID = strawberry.field(description="The account. (参赛账号)")
    handle: str = strawberry.field(description="Its new handle. (新账号名)")
    document_id: strawberry.ID = strawberry.field(description="What shows it, handed in as ALIAS. (证明材料)")
    reason: str = strawberry.field(description="What happened. (原因)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes nothing new. (幂等键)"
    )


@strawberry.input(description="Whether the new handle is the same account. (审核别名)")
class DecideAliasInput:
    id: strawberry.ID = strawberry.field(description="The alias. (别名)")
    approve: bool = strawberry.field(description="Whether files with it are taken for the account. (是否通过)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="It is asked for, and waits for the organiser. (已申请)")
class AskAliasPayload:
    alias: AccountAlias = strawberry.field(description="The alias. (别名)")


@strawberry.type(description="It is decided. (已审核)")
class DecideAliasPayload:
    alias: AccountAlias = strawberry.field(description="The alias. (别名)")


AskAliasResult = Annotated[
    AskAliasPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("AskAliasResult", description="What askAlias answers. (申请别名的结果)"),
]
DecideAliasResult = Annotated[
    DecideAliasPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DecideAliasResult", description="What decideAlias answers. (审核别名的结果)"),
]


@strawberry.type
class AliasQuery:
    @strawberry.field(description="Aliases, the newest first, as far as visible. (账号别名列表)")
    async def aliases(
        self,
        info: Info,
        contest_id: ContestId,
        state: Annotated[AliasState | None, strawberry.argument(description="In this state. (状态)")] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[AccountAlias]:
        contest = key_of(contest_id, "Contest")
        if contest is None:
            return Page.empty(first)
        page = Page.of(f"aliases {contest} {state}", first, after)
        scope = info.context.rows("AccountAlias")
        found, total = await store.list_aliases(info.context.pool, scope, contest, state, page)
        return page.connect([(alias.uuid, alias) for alias in found], total)


@strawberry.type
class AliasMutation:
    @strawberry.mutation(description="Asks that a new handle of the same account be known. (申请账号别名)")
    async def ask_alias(
        self,
        info: Info,
        input: Annotated[AskAliasInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> AskAliasResult:
        context = info.context
        account: Account | None = await context.load("Account", key_of(input.account_id, "Account"))
        document_id = key_of(input.document_id, "Document")
        if account is None or document_id is None:
            raise NotFoundError
        handle = check_handle(input.handle)
        check_reason(input.reason)
        wanted = account, handle, document_id
        alias_id = await once(
            context, "askAlias", input, lambda connection: _ask(context, connection, wanted, input.reason)
        )
        return AskAliasPayload(alias=await context.load("AccountAlias", alias_id))

    @strawberry.mutation(description="Decides whether a new handle is the same account. (审核账号别名)")
    async def decide_alias(
        self,
        info: Info,
        input: Annotated[DecideAliasInput, strawberry.argument(description="The decision. (输入)")],  # noqa: A002
    ) -> DecideAliasResult:
        context = info.context
        alias: AccountAlias | None = await context.load("AccountAlias", key_of(input.id, "AccountAlias"))
        if alias is None:
            raise NotFoundError
        check_reason(input.reason)
        account: Account = await context.load("Account", alias.account_id)
        state = AliasState.APPROVED if input.approve else AliasState.REFUSED
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "decideAlias", account.contestant_id)
            if not await store.is_asked(connection, alias.uuid):
                raise ConflictError("ALIAS_DECIDED")
            if input.approve and not await store.is_shown(connection, alias.uuid):
                raise ConflictError("ALIAS_NOT_SHOWN")
            await store.decide(connection, alias.uuid, state, input.reason, context.viewer.user_id)
            await people_changed(connection, person.contest_id)
            event = f"alias decided {alias.uuid}"
            told: dict[str, str | int] = {"number": person.number}
            code = "ALIAS_APPROVED" if input.approve else "ALIAS_REFUSED"
            city = person.spot.city_id
            await tell(
                connection,
                Message(code, person.contest_id, event, told, contestant_id=person.id),
                Message(code, person.contest_id, event, told, city_id=city),
            )
            places, changes = (person.contest_id, city, person.id), {"state": (AliasState.ASKED.value, state.value)}
            await context.record(
                connection,
                Entry(Action.DECIDE_ALIAS, "AccountAlias", alias.uuid, *places, changes=changes, reason=input.reason),
            )
        await context.send_jobs()
        return DecideAliasPayload(alias=await context.load("AccountAlias", alias.uuid))


async def _ask(context: Context, connection: Database, wanted: tuple[Account, str, UUID], reason: str) -> UUID:
    """Raises ConflictError, InvalidInputError: until somebody is approved the account itself is mended."""
    account, handle, document_id = wanted
    person = await lock_person(context, connection, "askAlias", account.contestant_id)
    person.check_holds_place()
    if not person.once_approved:
        raise ConflictError("ALIAS_NOT_NEEDED")
    if not await store.shows_alias(connection, document_id, person.id):
        raise InvalidInputError("ALIAS_DOCUMENT_UNFIT", field="documentId")
    if await find_holders(connection, person.contest_id, [(account.platform, handle_key(handle))]):
        raise ConflictError("ACCOUNT_REGISTERED")
    if await store.has_open(connection, account.uuid):
        raise ConflictError("ALIAS_OPEN")
    contest_id, named = person.contest_id, (account.uuid, account.platform)
    alias_id = await store.ask(
        connection, contest_id, named, handle, document_id=document_id, reason=reason, user=context.viewer.user_id
    )
    event = f"alias asked {alias_id}"
    await tell_organisers(connection, "ALIAS_TO_DECIDE", contest_id, event, {"number": person.number})
    places, changes = (contest_id, person.spot.city_id, person.id), {"handle": (HIDDEN, HIDDEN)}
    await context.record(
        connection, Entry(Action.ASK_ALIAS, "AccountAlias", alias_id, *places, changes=changes, reason=reason)
    )
    return alias_id
