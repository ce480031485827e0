"""Assigning, deciding and confirming: never by somebody who is concerned."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.appeals import store
from services.api.appeals.inputs import (
    AssignAppealInput,
    ConfirmAppealInput,
    DecideAppealInput,
    LinkAppealInput,
    TellOfInquiryInput,
)
from services.api.appeals.results import (
    AssignAppealPayload,
    AssignAppealResult,
    ConfirmAppealPayload,
    ConfirmAppealResult,
    DecideAppealPayload,
    DecideAppealResult,
    LinkAppealPayload,
    LinkAppealResult,
    TellOfInquiryPayload,
    TellOfInquiryResult,
)
from services.api.appeals.steps import record_step, tell_assigned, tell_decided, tell_handlers, tell_of_inquiry
from services.api.appeals.types import OUTCOMES, Appeal
from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import ConflictError, NotFoundError
from services.api.nodes import key_of, parse_global_id
from services.api.rows import Row
from services.shared.appeal_vocabulary import OPEN_APPEALS, AppealKind, AppealState, AppealVerdict
from services.shared.audit.actions import Action
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection


@strawberry.type
class DecideAppealMutation:
    @strawberry.mutation(
        description="Gives an appeal to an organiser or judge who is not concerned, also anew. (指定承办人)"
    )
    async def assign_appeal(
        self,
        info: Info,
        input: Annotated[AssignAppealInput, strawberry.argument(description="Which, to whom. (输入)")],  # noqa: A002
    ) -> AssignAppealResult:
        context, user_id = info.context, key_of(input.user_id, "User")
        appeal: Appeal = await context.acting_on("assignAppeal", "Appeal", input.id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _locked(connection, appeal)
            if row["state"] not in OPEN_APPEALS:
                raise ConflictError("APPEAL_CLOSED")
            if user_id is None or not await store.judges_there(connection, user_id, appeal.contest_id):
                raise ConflictError("APPEAL_NEEDS_AN_OFFICIAL")
            await _check_not_concerned(connection, appeal.uuid, user_id)
            await store.assign(connection, appeal.uuid, user_id, context.viewer.user_id)
            assigned = await store.find_appeal(connection, appeal.uuid)
            changes = {
                "state": (row["state"], AppealState.ASSIGNED.value),
                "assigned_to": (row["assignee"], assigned["assignee"]),
            }
            await record_step(context, connection, Action.ASSIGN_APPEAL, row, changes)
            await tell_assigned(connection, assigned)
        return AssignAppealPayload(appeal=Appeal.of(assigned))

    @strawberry.mutation(
        description="Decides on an appeal that was assigned to the viewer; where the contest wants two people, what"
        " they propose. (作出结论)"
    )
    async def decide_appeal(
        self,
        info: Info,
        input: Annotated[DecideAppealInput, strawberry.argument(description="What, and why. (输入)")],  # noqa: A002
    ) -> DecideAppealResult:
        context = info.context
        check_reason(input.reason)
        appeal: Appeal = await context.acting_on("decideAppeal", "Appeal", input.id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _locked(connection, appeal)
            if row["state"] != AppealState.ASSIGNED:
                raise ConflictError("APPEAL_NOT_ASSIGNED" if row["state"] == AppealState.FILED else "APPEAL_DECIDED_ON")
            if row["assigned_to"] != context.viewer.user_id:
                raise ConflictError("APPEAL_OF_SOMEBODY_ELSE")
            await _check_not_concerned(connection, appeal.uuid, context.viewer.user_id)
            state = AppealState.PROPOSED if row["appeals_need_two"] else AppealState(input.verdict)
            by = context.viewer.user_id
            await store.decide(connection, appeal.uuid, state, input.verdict, input.reason, by=by)
            await _decided(context, connection, Action.DECIDE_APPEAL, row)
            decided = await store.find_appeal(connection, appeal.uuid)
        return DecideAppealPayload(appeal=Appeal.of(decided))

    @strawberry.mutation(description="Confirms a proposed decision; to disagree, assign it anew. (复核结论)")
    async def confirm_appeal(
        self,
        info: Info,
        input: Annotated[ConfirmAppealInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ConfirmAppealResult:
        context = info.context
        appeal: Appeal = await context.acting_on("confirmAppeal", "Appeal", input.id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _locked(connection, appeal)
            if row["state"] != AppealState.PROPOSED:
                raise ConflictError("APPEAL_NOT_PROPOSED")
            if row["decided_by"] == context.viewer.user_id:
                raise ConflictError("APPEAL_DECISION_OF_YOUR_OWN")
            if row["verdict"] != input.verdict:
                raise ConflictError("APPEAL_DECIDED_OTHERWISE")
            await _check_not_concerned(connection, appeal.uuid, context.viewer.user_id)
            await store.confirm(connection, appeal.uuid, context.viewer.user_id)
            await _decided(context, connection, Action.CONFIRM_APPEAL, row)
            confirmed = await store.find_appeal(connection, appeal.uuid)
        return ConfirmAppealPayload(appeal=Appeal.of(confirmed))

    @strawberry.mutation(
        description="Links what an upheld appeal has led to: a file, penalty, run, comparison or revision that came"
        " after it. (关联处理结果)"
    )
    async def link_appeal(
        self,
        info: Info,
        input: Annotated[LinkAppealInput, strawberry.argument(description="What, to which. (输入)")],  # noqa: A002
    ) -> LinkAppealResult:
        context = info.context
        appeal: Appeal = await context.acting_on("linkAppeal", "Appeal", input.id)
        named = parse_global_id(input.outcome_id)
        kind = next((each for each, name in OUTCOMES.items() if named and named[0] == name), None)
        subject = key_of(input.outcome_id, OUTCOMES[kind]) if kind else None
        if kind is None or subject is None or await context.load(OUTCOMES[kind], subject) is None:
            raise NotFoundError
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _locked(connection, appeal)
            if row["state"] != AppealState.UPHELD:
                raise ConflictError("APPEAL_NOT_UPHELD")
            if not await store.fits(connection, appeal.uuid, kind, subject):
                raise ConflictError("OUTCOME_OF_SOMETHING_ELSE")
            if await store.link(connection, appeal.uuid, kind, subject, context.viewer.user_id):
                changes = {"outcome": (None, OUTCOMES[kind])}
                await record_step(context, connection, Action.LINK_APPEAL, row, changes)
            else:
                context.nothing_to_record()
        return LinkAppealPayload(appeal=Appeal.of(row))

    @strawberry.mutation(
        description="Tells contestant and city that figures are looked into, and no more. (告知数据正在核实)"
    )
    async def tell_of_inquiry(
        self,
        info: Info,
        input: Annotated[TellOfInquiryInput, strawberry.argument(description="Of which objection. (输入)")],  # noqa: A002
    ) -> TellOfInquiryResult:
        context = info.context
        appeal: Appeal = await context.acting_on("tellOfInquiry", "Appeal", input.id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _locked(connection, appeal)
            if row["kind"] != AppealKind.OBJECTION or row["state"] not in OPEN_APPEALS:
                raise ConflictError("INQUIRY_OF_NO_OPEN_OBJECTION")
            await record_step(context, connection, Action.TELL_OF_INQUIRY, row, {})
            await tell_of_inquiry(connection, row)
        return TellOfInquiryPayload(appeal=Appeal.of(row))


async def _locked(connection: Connection, appeal: Appeal) -> Row:
    await lock_contest(connection, appeal.contest_id)
    return await store.find_appeal(connection, appeal.uuid)


async def _check_not_concerned(connection: Connection, appeal_id: UUID, user_id: UUID | None) -> None:
    concern = await store.find_concern(connection, appeal_id, user_id)
    if concern is not None:
        raise ConflictError(concern)


async def _decided(context: Context, connection: Connection, action: Action, before: Row) -> None:
    row = await store.find_appeal(connection, before["id"])
    changes = {"state": (before["state"], row["state"]), "verdict": (None, AppealVerdict(row["verdict"]).value)}
    reason = row["decided_reason"] if row["kind"] == AppealKind.APPEAL else ""
    await record_step(context, connection, action, row, changes, reason=reason)
    if row["state"] == AppealState.PROPOSED:
        await tell_handlers(connection, row, "APPEAL_WAITS")
    else:
        await tell_decided(connection, row)
