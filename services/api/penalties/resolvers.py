"""Reading penalties, proposing, confirming and revoking them."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.contestants.types import Contestant
from services.api.contests.settings import set_contest
from services.api.contests.types import Contest
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    NotAllowed,
    NotAllowedError,
    NotFound,
    NotFoundError,
)
from services.api.idempotency.store import once
from services.api.nodes import After, Connection, ContestId, First, Page, key_of, keys_of
from services.api.penalties import store
from services.api.penalties.inputs import (
    MOST_DOCUMENTS,
    ApplyPenaltyInput,
    ConfirmPenaltyInput,
    ConfirmRevocationInput,
    DeclineRevocationInput,
    PenaltyFilter,
    RequirePenaltyConfirmationInput,
    RevokePenaltyInput,
    check_item,
    check_penalty,
)
from services.api.penalties.steps import (
    decline,
    keep_in_force,
    propose_revocation,
    put_in_force,
    record_proposal,
    take_back,
)
from services.api.penalties.types import Penalty, state_of
from services.api.rows import Row
from services.shared.audit.actions import Action
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection as Database
from services.shared.identity import new_id
from services.shared.vocabulary import PenaltyState


@strawberry.type(description="It is in force, or waits for a second person. (已提出)")
class ApplyPenaltyPayload:
    penalty: Penalty = strawberry.field(description="The penalty. (扣罚)")


@strawberry.type(description="Runs started from now on count it. (已确认)")
class ConfirmPenaltyPayload:
    penalty: Penalty = strawberry.field(description="The penalty. (扣罚)")


@strawberry.type(description="Runs started from now on do not count it, or a second person is to agree. (已撤销)")
class RevokePenaltyPayload:
    penalty: Penalty = strawberry.field(description="The penalty. (扣罚)")


@strawberry.type(description="Runs started from now on do not count it. (已撤销)")
class ConfirmRevocationPayload:
    penalty: Penalty = strawberry.field(description="The penalty. (扣罚)")


@strawberry.type(description="It stays in force. (已退回)")
class DeclineRevocationPayload:
    penalty: Penalty = strawberry.field(description="The penalty. (扣罚)")


@strawberry.type(description="It holds from now on. (已设置)")
class RequirePenaltyConfirmationPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


ApplyPenaltyResult = Annotated[
    ApplyPenaltyPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ApplyPenaltyResult", description="What applyPenalty answers. (提出的结果)"),
]
ConfirmPenaltyResult = Annotated[
    ConfirmPenaltyPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("ConfirmPenaltyResult", description="What confirmPenalty answers. (确认的结果)"),
]
RevokePenaltyResult = Annotated[
    RevokePenaltyPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("RevokePenaltyResult", description="What revokePenalty answers. (撤销的结果)"),
]
ConfirmRevocationResult = Annotated[
    ConfirmRevocationPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("ConfirmRevocationResult", description="What confirmRevocation answers. (同意撤销的结果)"),
]
DeclineRevocationResult = Annotated[
    DeclineRevocationPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DeclineRevocationResult", description="What declineRevocation answers. (不同意撤销的结果)"),
]
RequirePenaltyConfirmationResult = Annotated[
    RequirePenaltyConfirmationPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union(
        "RequirePenaltyConfirmationResult", description="What requirePenaltyConfirmation answers. (设置的结果)"
    ),
]


@strawberry.type
class PenaltyQuery:
    @strawberry.field(description="Penalties, the newest first, as far as visible. (扣罚)")
    async def penalties(
        self,
        info: Info,
        contest_id: ContestId,
        filter: Annotated[PenaltyFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Penalty]:
        wanted = _wanted(contest_id, filter or PenaltyFilter())
        if wanted is None:
            return Page.empty(first)
        page = Page.of(f"penalties {wanted}", first, after)
        found, total = await store.list_penalties(info.context.pool, info.context.rows("Penalty"), wanted, page)
        return page.connect([(penalty.uuid, penalty) for penalty in found], total)


def _wanted(contest_id: strawberry.ID, only: PenaltyFilter) -> store.Wanted | None:
    """None when an id in it is none of ours: nothing can fit."""
    given = ((contest_id, "Contest"), (only.round_id, "Round"), (only.city_id, "City"))
    pairs = [(text, key_of(text, name)) for text, name in (*given, (only.contestant_id, "Contestant"))]
    contest, round_id, city, contestant = (key for _, key in pairs)
    if contest is None or any(text and key is None for text, key in pairs):
        return None
    return store.Wanted(contest, round_id, city, contestant, only.state)


@strawberry.type
class PenaltyMutation:
    @strawberry.mutation(
        description="A penalty: by an organiser in force at once, unless the contest wants two people. (提出扣罚)"
    )
    async def apply_penalty(
        self,
        info: Info,
        input: Annotated[ApplyPenaltyInput, strawberry.argument(description="Whose, what, why. (输入)")],  # noqa: A002
    ) -> ApplyPenaltyResult:
        context = info.context
        check_penalty(input)
        who: Contestant = await context.acting_on("applyPenalty", "Contestant", input.contestant_id)
        upload_id = await _visible_upload(context, input.upload_id)
        penalty_id = await once(
            context, "applyPenalty", input, lambda connection: _apply(context, connection, who, upload_id, input)
        )
        return ApplyPenaltyPayload(penalty=await context.load("Penalty", penalty_id))

    @strawberry.mutation(description="Puts a proposed penalty in force; never by who proposed it. (确认扣罚)")
    async def confirm_penalty(
        self,
        info: Info,
        input: Annotated[ConfirmPenaltyInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ConfirmPenaltyResult:
        context = info.context
        penalty: Penalty = await context.acting_on("confirmPenalty", "Penalty", input.id)
        async with context.changing(penalty.contest_id) as connection:
            row = await store.find_penalty(connection, penalty.uuid)
            if state_of(row) is not PenaltyState.PROPOSED:
                raise ConflictError("PENALTY_NOT_PROPOSED")
            if row["proposed_by"] == context.viewer.user_id:
                raise ConflictError("PENALTY_OF_YOUR_OWN")
            check_item(row["document"], row["item"], row["points"])
            await put_in_force(context, connection, row)
        return ConfirmPenaltyPayload(penalty=await context.load("Penalty", penalty.uuid))

    @strawberry.mutation(
        description="Takes a penalty back, where the contest wants two people once another agrees; or declines a"
        " proposed one, judges only what they proposed. (撤销扣罚)"
    )
    async def revoke_penalty(
        self,
        info: Info,
        input: Annotated[RevokePenaltyInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> RevokePenaltyResult:
        context = info.context
        check_reason(input.reason)
        penalty: Penalty = await context.acting_on("revokePenalty", "Penalty", input.id)
        async with context.changing(penalty.contest_id) as connection:
            row = await store.find_penalty(connection, penalty.uuid)
            state = state_of(row)
            own_proposal = state is PenaltyState.PROPOSED and row["proposed_by"] == context.viewer.user_id
            if not own_proposal and not context.may("confirmPenalty").covers(penalty.contest_id):
                raise NotAllowedError
            if state is PenaltyState.REVOKED:
                raise ConflictError("PENALTY_REVOKED")
            if row["revoking_at"] is not None:
                raise ConflictError("REVOCATION_WAITS")
            in_two = propose_revocation if row["penalties_need_two"] else take_back
            done = in_two if state is PenaltyState.IN_FORCE else decline
            await done(context, connection, row, input.reason)
        return RevokePenaltyPayload(penalty=await context.load("Penalty", penalty.uuid))

    @strawberry.mutation(description="Agrees that a penalty is taken back; never who wants it. (同意撤销扣罚)")
    async def confirm_revocation(
        self,
        info: Info,
        input: Annotated[ConfirmRevocationInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ConfirmRevocationResult:
        context = info.context
        penalty: Penalty = await context.acting_on("confirmRevocation", "Penalty", input.id)
        async with context.changing(penalty.contest_id) as connection:
            row = await _revoking(connection, penalty)
            if row["revoking_by"] == context.viewer.user_id:
                raise ConflictError("REVOCATION_OF_YOUR_OWN")
            await take_back(context, connection, row, row["revoking_reason"])
        return ConfirmRevocationPayload(penalty=await context.load("Penalty", penalty.uuid))

    @strawberry.mutation(description="Keeps a penalty that somebody wants taken back. (不同意撤销扣罚)")
    async def decline_revocation(
        self,
        info: Info,
        input: Annotated[DeclineRevocationInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> DeclineRevocationResult:
        context = info.context
        check_reason(input.reason)
        penalty: Penalty = await context.acting_on("declineRevocation", "Penalty", input.id)
        async with context.changing(penalty.contest_id) as connection:
            await keep_in_force(context, connection, await _revoking(connection, penalty), input.reason)
        return DeclineRevocationPayload(penalty=await context.load("Penalty", penalty.uuid))

    @strawberry.mutation(description="Sets whether a penalty needs two people. (扣罚须两人)")
    async def require_penalty_confirmation(
        self,
        info: Info,
        input: Annotated[RequirePenaltyConfirmationInput, strawberry.argument(description="Whether. (输入)")],  # noqa: A002
    ) -> RequirePenaltyConfirmationResult:
        done = "requirePenaltyConfirmation", Action.REQUIRE_PENALTY_CONFIRMATION
        contest = await set_contest(info.context, *done, input, penalties_need_two=input.required)
        return RequirePenaltyConfirmationPayload(contest=contest)


async def _revoking(connection: Database, penalty: Penalty) -> Row:
    row = await store.find_penalty(connection, penalty.uuid)
    if row["revoking_at"] is None or row["revoked_at"] is not None:
        raise ConflictError("REVOCATION_NOT_PROPOSED")
    return row


async def _visible_upload(context: Context, text: strawberry.ID | None) -> UUID | None:
    if text is None:
        return None
    upload_id = key_of(text, "Upload")
    if upload_id is None or await context.load("Upload", upload_id) is None:
        raise NotFoundError
    return upload_id


async def _apply(
    context: Context, connection: Database, who: Contestant, upload_id: UUID | None, asked: ApplyPenaltyInput
) -> UUID:
    """Raises NotFoundError, InvalidInputError, ConflictError."""
    await advance_version(connection, who.contest_id)
    round_id = key_of(asked.round_id, "Round")
    setting = await store.find_setting(connection, who.contest_id, round_id) if round_id else None
    if round_id is None or setting is None:
        raise NotFoundError
    check_item(setting["document"], asked.item, asked.points)
    documents = keys_of(asked.document_ids, "Document", field="documentIds", most=MOST_DOCUMENTS)
    if await store.count_evidence(connection, who.contest_id, documents) != len(set(documents)):
        raise ConflictError("PENALTY_EVIDENCE_NOT_READY")
    penalty_id = new_id()
    places = penalty_id, who.contest_id, round_id, who.uuid
    what = asked.kind, asked.item, asked.points, asked.reason
    new = store.NewPenalty(*places, *what, list(dict.fromkeys(documents)), upload_id)
    await store.add_penalty(connection, new, context.viewer.user_id)
    row = await store.find_penalty(connection, penalty_id)
    await record_proposal(context, connection, row)
    if not setting["penalties_need_two"] and context.may("confirmPenalty").covers(who.contest_id):
        await put_in_force(context, connection, row)
    return penalty_id
