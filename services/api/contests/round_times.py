"""What an organiser changes of a round: its times as long as it has not begun, and until when files are taken.

Nothing can lie in a window that is still to come: moving it before it opens changes no figure that is there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.contests import store
from services.api.contests.inputs import check_due_days, check_round_times
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    InvalidRules,
    NotAllowed,
    NotFound,
)
from services.api.rules.resolvers import check_document
from services.api.rules.store import find_rules_of_rounds, find_setting
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value, stored
from services.shared.beijing import said
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.messages.store import tell_cities

_UNTIL_OPENED = ("opens_at", "closes_at", "exported_from", "exported_until")


@strawberry.input(description="What to change of a round; what is left out stays. (修改轮次)")
class UpdateRoundInput:
    id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    opens_at: datetime | None = strawberry.field(
        default=None, description="To come; this and the next three until the round has opened. (开始时间)"
    )
    closes_at: datetime | None = strawberry.field(
        default=None, description="What happens from here on no longer counts. (结束时间)"
    )
    exported_from: datetime | None = strawberry.field(
        default=None, description="Exports from here on count. (导出起始时间)"
    )
    exported_until: datetime | None = strawberry.field(
        default=None, description="Exports from here on no longer count. (导出截止时间)"
    )
    uploads_until: datetime | None = strawberry.field(
        default=None, description="Files are taken until then; at any time. (上传截止时间)"
    )
    exports_due_days: int | None = strawberry.field(
        default=None, description="A week's exports are late from so many days after its end. (每周数据迟交天数)"
    )
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="The round is changed; what was late is judged anew. (已修改)")
class UpdateRoundPayload:
    round: Round = strawberry.field(description="The round. (轮次)")


UpdateRoundResult = Annotated[
    UpdateRoundPayload | InvalidInput | InvalidRules | NotFound | NotAllowed | Conflict,
    strawberry.union("UpdateRoundResult", description="What updateRound answers. (修改轮次的结果)"),
]


@strawberry.type
class RoundMutation:
    @strawberry.mutation(description="Moves a round's times, or changes when a week's exports are late. (修改轮次)")
    async def update_round(
        self,
        info: Info,
        input: Annotated[UpdateRoundInput, strawberry.argument(description="What, and why. (输入)")],  # noqa: A002
    ) -> UpdateRoundResult:
        context = info.context
        check_reason(input.reason)
        given = {name: value for name in store.ROUND_COLUMNS if (value := getattr(input, name)) is not None}
        if not given:
            raise InvalidInputError("ROUND_UNCHANGED", field="opensAt")
        if input.exports_due_days is not None:
            check_due_days("exportsDueDays", input.exports_due_days)
        found: Round = await context.acting_on("updateRound", "Round", input.id)
        async with context.changing(found.contest_id) as connection:
            before = await store.read_round(connection, found.uuid)
            changed = {name: value for name, value in given.items() if value != before[name]}
            _check_times(before, changed)
            await store.write_round(connection, found.uuid, {**before, **changed})
            if not changed.keys().isdisjoint(_UNTIL_OPENED):
                await _check_rules(connection, found.contest_id)
            changes = {name: (_kept(before[name]), _kept(value)) for name, value in given.items()}
            entry = Entry(
                Action.UPDATE_ROUND, "Round", found.uuid, found.contest_id, changes=changes, reason=input.reason
            )
            await context.record(connection, entry)
            await _tell(connection, found.contest_id, {**before, **changed}, changed)
        return UpdateRoundPayload(round=await context.load("Round", found.uuid))


def _check_times(before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Raises ConflictError or InvalidInputError."""
    if changed.keys().isdisjoint(_UNTIL_OPENED):
        return
    if before["opens_at"] <= before["now"]:
        raise ConflictError("ROUND_HAS_OPENED", opened=said(before["opens_at"]))
    if before["has_runs"]:
        raise ConflictError("ROUND_HAS_RUNS")
    times = {**before, **changed}
    if times["opens_at"] <= before["now"]:
        raise InvalidInputError("ROUND_OPENS_PAST", field="opensAt")
    check_round_times("", *(times[name] for name in _UNTIL_OPENED))


async def _check_rules(connection: Connection, contest_id: UUID) -> None:
    """The rules of this round and of those that follow it must agree with the new times; raises RulesRefusedError."""
    (rounds,) = await store.find_rounds_of(connection, [contest_id])
    ids = [round_.uuid for round_ in rounds]
    for round_id, rules in zip(ids, await find_rules_of_rounds(connection, ids), strict=True):
        if rules is not None:
            check_document(rules.document, await find_setting(connection, round_id))


def _kept(value: datetime | int) -> Value:
    return stored(value) if isinstance(value, datetime) else value


async def _tell(connection: Connection, contest_id: UUID, times: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Cities plan by a round's window, and by the hour until which files are taken."""
    round_ = {"round": times["title"]}
    if not changed.keys().isdisjoint(("opens_at", "closes_at")):
        window = {"opens": said(times["opens_at"]), "closes": said(times["closes_at"])}
        await tell_cities(connection, contest_id, "ROUND_MOVED", f"round {new_id()}", {**round_, **window})
    if "uploads_until" in changed:
        until = {"until": said(times["uploads_until"])}
        await tell_cities(connection, contest_id, "UPLOADS_UNTIL_SET", f"round {new_id()}", {**round_, **until})
