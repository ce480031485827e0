"""What nobody has claimed, and claims to it: a city's staff say whose a number is, an organiser decides."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.accounts.binding import bind, check_uid
from services.api.accounts.store import check_free
from services.api.accounts.types import Account
from services.api.checks import check_reason
from services.api.contestants.locked import lock_person
from services.api.context import Context, Info
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound, NotFoundError
from services.api.idempotency.store import once
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.api.unclaimed import store
from services.api.unclaimed.types import UidClaim, UnclaimedUid
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Entry
from services.shared.database.pool import Connection as Database
from services.shared.file_vocabulary import ClaimState
from services.shared.messages.store import Message, tell, tell_organisers
from services.shared.problems import Parameters


@strawberry.input(description="A platform number is an account's. (申请认领)")
class ClaimUidInput:
    account_id: strawberry.ID = strawberry.field(description="The account. (参赛账号)")
    uid: str = strawberry.field(description="The platform's own number, all its digits. (平台用户编号)")
    reason: str = strawberry.field(description="How that is known. (原因)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes nothing new. (幂等键)"
    )


@strawberry.input(description="Whether the number is that account's. (审核认领)")
class DecideUidClaimInput:
    id: strawberry.ID = strawberry.field(description="The claim. (认领申请)")
    approve: bool = strawberry.field(description="Whether the number is bound to the account, for good. (是否通过)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="It waits for the organiser. (已申请)")
class ClaimUidPayload:
    claim: UidClaim = strawberry.field(description="The claim. (认领申请)")


@strawberry.type(description="It is decided; of an approved one the waiting lines are looked at again. (已审核)")
class DecideUidClaimPayload:
    claim: UidClaim = strawberry.field(description="The claim. (认领申请)")


ClaimUidResult = Annotated[
    ClaimUidPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ClaimUidResult", description="What claimUid answers. (申请认领的结果)"),
]
DecideUidClaimResult = Annotated[
    DecideUidClaimPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DecideUidClaimResult", description="What decideUidClaim answers. (审核认领的结果)"),
]


@strawberry.type
class UnclaimedQuery:
    @strawberry.field(
        description="Platform numbers that nobody has claimed, the most money first, as far as visible. (待认领编号)"
    )
    async def unclaimed_uids(
        self, info: Info, contest_id: ContestId, first: First = 50, after: After = None
    ) -> Connection[UnclaimedUid]:
        contest = key_of(contest_id, "Contest")
        if contest is None:
            return Page.empty(first)
        page = Page.of(f"unclaimed {contest}", first, after)
        return page.connect(*await store.list_unclaimed(info.context, contest, page))

    @strawberry.field(description="Claims to platform numbers, the newest first, as far as visible. (认领申请列表)")
    async def uid_claims(
        self,
        info: Info,
        contest_id: ContestId,
        state: Annotated[ClaimState | None, strawberry.argument(description="In this state. (状态)")] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[UidClaim]:
        contest = key_of(contest_id, "Contest")
        if contest is None:
            return Page.empty(first)
        page = Page.of(f"uid claims {contest} {state}", first, after)
        scope = info.context.rows("UidClaim")
        found, total = await store.list_claims(info.context.pool, scope, contest, state, page)
        return page.connect([(claim.uuid, claim) for claim in found], total)


@strawberry.type
class UnclaimedMutation:
    @strawberry.mutation(description="Says whose a platform number is; an organiser decides. (申请认领平台用户编号)")
    async def claim_uid(
        self,
        info: Info,
        input: Annotated[ClaimUidInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ClaimUidResult:
        context = info.context
        account: Account | None = await context.load("Account", key_of(input.account_id, "Account"))
        if account is None:
            raise NotFoundError
        check_uid("uid", input.uid)
        check_reason(input.reason)
        claim_id = await once(
            context, "claimUid", input, lambda connection: _claim(context, connection, account, input)
        )
        return ClaimUidPayload(claim=await context.load("UidClaim", claim_id))

    @strawberry.mutation(description="Decides whose a platform number is; approving binds it. (审核认领)")
    async def decide_uid_claim(
        self,
        info: Info,
        input: Annotated[DecideUidClaimInput, strawberry.argument(description="The decision. (输入)")],  # noqa: A002
    ) -> DecideUidClaimResult:
        context = info.context
        claim: UidClaim | None = await context.load("UidClaim", key_of(input.id, "UidClaim"))
        if claim is None:
            raise NotFoundError
        check_reason(input.reason)
        account: Account = await context.load("Account", claim.account_id)
        state = ClaimState.APPROVED if input.approve else ClaimState.REFUSED
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "decideUidClaim", account.contestant_id)
            if not await store.decide(connection, claim.uuid, state, input.reason, context.viewer.user_id):
                raise ConflictError("UID_CLAIM_DECIDED")
            if input.approve:
                person.check_holds_place()
                await bind(context, connection, person.contest_id, [(account.uuid, claim.uid)], input.reason)
            code = "UID_CLAIM_APPROVED" if input.approve else "UID_CLAIM_REFUSED"
            told: Parameters = {"number": person.number}
            if input.approve and (elsewhere := await store.count_elsewhere(connection, claim.uuid)):
                code, told = "UID_CLAIM_APPROVED_ELSEWHERE", {**told, "count": elsewhere}
            event, city = f"uid claim decided {claim.uuid}", person.spot.city_id
            await tell(connection, Message(code, person.contest_id, event, told, city_id=city))
            places, changes = (person.contest_id, city, person.id), {"state": (ClaimState.ASKED.value, state.value)}
            await context.record(
                connection,
                Entry(Action.DECIDE_UID_CLAIM, "UidClaim", claim.uuid, *places, changes=changes, reason=input.reason),
            )
        await context.send_jobs()
        return DecideUidClaimPayload(claim=await context.load("UidClaim", claim.uuid))


async def _claim(context: Context, connection: Database, account: Account, asked: ClaimUidInput) -> UUID:
    """Under the contest's lock; the organisers are told, and it is recorded."""
    person = await lock_person(context, connection, "claimUid", account.contestant_id)
    person.check_holds_place()
    found = await check_free(connection, person.contest_id, account.uuid, asked.uid)
    if found["uid"] is not None:
        raise ConflictError("UID_BOUND_ALREADY", uid=asked.uid)
    if await store.has_open(connection, account.uuid):
        raise ConflictError("UID_CLAIM_OPEN")
    user, contest_id = context.viewer.user_id, person.contest_id
    claim_id = await store.claim(connection, contest_id, account, asked.uid, reason=asked.reason, user=user)
    event = f"uid claimed {claim_id}"
    await tell_organisers(connection, "UID_CLAIM_TO_DECIDE", contest_id, event, {"number": person.number})
    places, changes = (contest_id, person.spot.city_id, person.id), {"uid": (None, HIDDEN)}
    await context.record(
        connection, Entry(Action.CLAIM_UID, "UidClaim", claim_id, *places, changes=changes, reason=asked.reason)
    )
    return claim_id
