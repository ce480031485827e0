"""Giving marks, typing them for a judge, and confirming by a second person what was typed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
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
from services.api.idempotency.store import recall, remember
from services.api.jury import store
from services.api.jury.inputs import ConfirmMarkInput, DeclineMarkInput, GiveMarkInput, TypeMarkInput, check_criteria
from services.api.jury.loaders import is_seated
from services.api.jury.store import Place
from services.api.jury.types import JuryMark, JuryPanel
from services.api.nodes import Page, key_of
from services.api.rows import Row
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.contests.store import advance_version, next_sequence
from services.shared.database.pool import Connection
from services.shared.exact import plain
from services.shared.messages.store import tell_organisers
from services.shared.problems import Parameters
from services.shared.rules.jury import Panel
from services.shared.vocabulary import Eligibility, MarkState

_BOTH = 2  # marks of one judge for one contestant: the one that holds, and one that waits


@strawberry.type(description="It holds; until marking is closed it may be given anew. (已评分)")
class GiveMarkPayload:
    mark: JuryMark = strawberry.field(description="The mark. (评分)")


@strawberry.type(description="It waits for a second person. (已录入)")
class TypeMarkPayload:
    mark: JuryMark = strawberry.field(description="The mark. (评分)")


@strawberry.type(description="It holds. (已确认)")
class ConfirmMarkPayload:
    mark: JuryMark = strawberry.field(description="The mark. (评分)")


@strawberry.type(description="What held before still does. (已退回)")
class DeclineMarkPayload:
    panel: JuryPanel = strawberry.field(description="The panel. (评委组)")


GiveMarkResult = Annotated[
    GiveMarkPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("GiveMarkResult", description="What giveMark answers. (评分的结果)"),
]
TypeMarkResult = Annotated[
    TypeMarkPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("TypeMarkResult", description="What typeMark answers. (录入的结果)"),
]
ConfirmMarkResult = Annotated[
    ConfirmMarkPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("ConfirmMarkResult", description="What confirmMark answers. (确认的结果)"),
]
DeclineMarkResult = Annotated[
    DeclineMarkPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DeclineMarkResult", description="What declineMark answers. (退回的结果)"),
]


@strawberry.type
class MarkMutation:
    @strawberry.mutation(description="The viewer's own marks as a judge, until marking is closed. (评分)")
    async def give_mark(
        self,
        info: Info,
        input: Annotated[GiveMarkInput, strawberry.argument(description="Whom, and how many. (输入)")],  # noqa: A002
    ) -> GiveMarkResult:
        context = info.context
        judge = context.viewer.user_id
        panel, rules, place = await _find(context, input.panel_id, input.contestant_id, judge)
        if not context.may("giveMark").covers(panel.contest_id):
            raise NotAllowedError
        criteria = check_criteria(rules, input.criteria)
        async with context.pool.acquire() as connection, connection.transaction():
            if await recall(connection, context, "giveMark", input.idempotency_key) is None:
                await advance_version(connection, panel.contest_id)
                if not await store.takes_marks(connection, panel.uuid):
                    raise ConflictError("MARKING_CLOSED")
                await _check_place(connection, place, gives=True)
                await store.end_mark(connection, place, waiting=False, user=judge, sequence=None)
                mark_id = await _add(context, connection, panel, place, criteria, reason="", own=True)
                await remember(connection, context, "giveMark", input.idempotency_key, mark_id)
        return GiveMarkPayload(mark=await _mark(context, place, MarkState.HOLDS))

    @strawberry.mutation(
        description="Types a judge's paper sheet, or a correction, also after closing; another confirms. (录入评分)"
    )
    async def type_mark(
        self,
        info: Info,
        input: Annotated[TypeMarkInput, strawberry.argument(description="Whose, whom, what. (输入)")],  # noqa: A002
    ) -> TypeMarkResult:
        context = info.context
        check_reason(input.reason)
        panel, rules, place = await _find(context, input.panel_id, input.contestant_id, key_of(input.judge_id, "User"))
        await _check_handles(context, panel)
        criteria = check_criteria(rules, input.criteria) if input.criteria else {}
        async with context.pool.acquire() as connection, connection.transaction():
            if await recall(connection, context, "typeMark", input.idempotency_key) is None:
                await advance_version(connection, panel.contest_id)
                number = await _check_place(connection, place, gives=bool(criteria))
                await store.end_mark(connection, place, waiting=True, user=context.viewer.user_id, sequence=None)
                mark_id = await _add(context, connection, panel, place, criteria, reason=input.reason, own=False)
                await remember(connection, context, "typeMark", input.idempotency_key, mark_id)
                event = f"mark {mark_id}"
                said: Parameters = {"panel": panel.title, "number": number}
                await tell_organisers(connection, "MARK_WAITS", panel.contest_id, event, said)
        return TypeMarkPayload(mark=await _mark(context, place, MarkState.WAITING))

    @strawberry.mutation(
        description="Confirms what was typed: another organiser, or the judge whose it is. (确认录入的评分)"
    )
    async def confirm_mark(
        self,
        info: Info,
        input: Annotated[ConfirmMarkInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ConfirmMarkResult:
        context, user = info.context, info.context.viewer.user_id
        panel, _, place = await _find(context, input.panel_id, input.contestant_id, key_of(input.judge_id, "User"))
        if place[2] != context.viewer.user_id:
            await _check_handles(context, panel)
        async with context.changing(panel.contest_id) as connection:
            row = await _waiting(connection, place)
            if row["given_by"] == user:
                raise ConflictError("MARK_OF_YOUR_OWN")
            if input.points != row["points"]:
                raise ConflictError("MARK_READS_OTHERWISE")
            await _check_place(connection, place, gives=row["points"] is not None)
            is_open = await store.is_open(connection, panel.uuid)
            sequence = None if is_open else await next_sequence(connection, panel.contest_id)
            await store.end_mark(connection, place, waiting=False, user=user, sequence=sequence)
            await store.confirm_mark(connection, place, row["id"], user, sequence)
            await context.record(connection, _entry(Action.CONFIRM_MARK, panel, row, place))
        return ConfirmMarkPayload(mark=await _mark(context, place, MarkState.HOLDS))

    @strawberry.mutation(description="Declines what was typed. (退回录入的评分)")
    async def decline_mark(
        self,
        info: Info,
        input: Annotated[DeclineMarkInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> DeclineMarkResult:
        context = info.context
        check_reason(input.reason)
        panel, _, place = await _find(context, input.panel_id, input.contestant_id, key_of(input.judge_id, "User"))
        if place[2] != context.viewer.user_id:
            await _check_handles(context, panel)
        async with context.changing(panel.contest_id) as connection:
            row = await _waiting(connection, place)
            await store.end_mark(connection, place, waiting=True, user=context.viewer.user_id, sequence=None)
            await context.record(connection, _entry(Action.DECLINE_MARK, panel, row, place, input.reason))
        return DeclineMarkPayload(panel=panel)


async def _find(
    context: Context, panel_id: strawberry.ID, contestant_id: strawberry.ID, judge: UUID | None
) -> tuple[JuryPanel, Panel, Place]:
    """Raises NotFoundError, and ConflictError for a panel that the rules know no longer."""
    panel: JuryPanel | None = await context.load("JuryPanel", key_of(panel_id, "JuryPanel"))
    contestant = key_of(contestant_id, "Contestant")
    if panel is None or contestant is None or judge is None:
        raise NotFoundError
    if panel.rules is None:
        raise ConflictError("PANEL_GONE")
    return panel, panel.rules, (contestant, panel.uuid, judge)


async def _check_place(connection: Connection, place: Place, *, gives: bool) -> int:
    """Whether the judge may give the contestant a mark, or has a seat there at all; answers the contestant's number."""
    contestant, panel, judge = place
    row = await store.find_place(connection, panel, contestant, judge)
    if row is None or not row["seated"]:
        raise NotFoundError
    if gives and row["recused"]:
        raise ConflictError("JUDGE_STEPS_ASIDE", number=row["number"])
    if gives and (row["eligibility"] != Eligibility.APPROVED or row["withdrawn_at"] is not None):
        raise ConflictError("MARK_OF_NOBODY", number=row["number"])
    number: int = row["number"]
    return number


async def _check_handles(context: Context, panel: JuryPanel) -> None:
    """Others' marks are handled by organisers, unless they are judges of the panel themselves."""
    if not context.may("typeMark").covers(panel.contest_id) or await is_seated(context, panel):
        raise NotAllowedError


async def _waiting(connection: Connection, place: Place) -> Row:
    row = await store.find_waiting_mark(connection, place)
    if row is None:
        raise ConflictError("MARK_NOT_WAITING")
    return row


async def _add(
    context: Context,
    connection: Connection,
    panel: JuryPanel,
    place: Place,
    criteria: Mapping[str, Decimal],
    *,
    reason: str,
    own: bool,
) -> UUID:
    points = sum(criteria.values(), Decimal(0)) if criteria else None
    kept = {key: plain(one) for key, one in criteria.items()}
    user = context.viewer.user_id
    where = connection, place, panel.contest_id
    mark_id = await store.add_mark(*where, kept, points, reason=reason, user=user, own=own)
    changes: dict[str, tuple[Value, Value]] = {"panel": (None, panel.key)}
    if points is not None:
        changes["points"] = (None, plain(points))
    done = Action.GIVE_MARK if own else Action.TYPE_MARK
    places = panel.uuid, panel.contest_id, None, place[0]
    await context.record(connection, Entry(done, "JuryPanel", *places, changes=changes, reason=reason))
    return mark_id


def _entry(action: Action, panel: JuryPanel, row: Row, place: Place, reason: str = "") -> Entry:
    points = None if row["points"] is None else plain(row["points"])
    changes: dict[str, tuple[Value, Value]] = {"panel": (None, panel.key)}
    if points is not None:
        changes["points"] = (None, points)
    places = panel.contest_id, row["city_id"], place[0]
    return Entry(action, "JuryPanel", panel.uuid, *places, changes=changes, reason=reason)


async def _mark(context: Context, place: Place, state: MarkState) -> JuryMark:
    contestant, panel, judge = place
    page = Page.of("mark", _BOTH, None)
    found, _ = await store.list_marks(context.pool, panel, page, judge=judge, contestant=contestant)
    return next(mark for _, mark in found if mark.state is state)
