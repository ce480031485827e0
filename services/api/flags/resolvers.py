"""Reading flags, raising and concluding them, and where figures are flagged."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.contestants.types import Contestant
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
from services.api.flags import store
from services.api.flags.types import Flag, FlagThresholdSetting
from services.api.idempotency.store import once
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection as Database
from services.shared.exact import plain
from services.shared.file_vocabulary import FlagCode, FlagConclusion, FlagState, FlagThreshold
from services.shared.flags.store import look_at_everybody
from services.shared.flags.thresholds import USUAL, thresholds
from services.shared.identity import new_id


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class FlagFilter:
    round_id: strawberry.ID | None = strawberry.field(default=None, description="Of this round's figures. (轮次)")
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of people of this city. (市州)")
    contestant_id: strawberry.ID | None = strawberry.field(default=None, description="Of this contestant. (选手)")
    code: FlagCode | None = strawberry.field(default=None, description="Of this kind. (提示类别)")
    state: FlagState | None = strawberry.field(default=None, description="In this state. (状态)")


@strawberry.input(description="What a judge or organiser wants looked at. (提出数据提示)")
class RaiseFlagInput:
    contestant_id: strawberry.ID = strawberry.field(description="Whose figures. (选手)")
    round_id: strawberry.ID | None = strawberry.field(default=None, description="Of which round. (轮次)")
    reason: str = strawberry.field(description="What was noticed; facts, no verdict. (理由)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key raises one flag. (幂等键)"
    )


@strawberry.input(description="What somebody who has looked found. (处理数据提示)")
class ResolveFlagInput:
    id: strawberry.ID = strawberry.field(description="The flag. (数据提示)")
    conclusion: FlagConclusion = strawberry.field(description="Explained, or referred. (结论)")
    reason: str = strawberry.field(description="What was looked at, and what it showed; kept. (处理意见)")


@strawberry.input(description="From where on figures are flagged. (修改提示线)")
class SetFlagThresholdInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    name: FlagThreshold = strawberry.field(description="Which. (名称)")
    value: Decimal | None = strawberry.field(default=None, description="The number; none: the usual one. (数值)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="It will be looked at. (已提出)")
class RaiseFlagPayload:
    flag: Flag = strawberry.field(description="The flag. (数据提示)")


@strawberry.type(description="It has been looked at. (已处理)")
class ResolveFlagPayload:
    flag: Flag = strawberry.field(description="The flag. (数据提示)")


@strawberry.type(description="Figures are looked at again by it. (已修改)")
class SetFlagThresholdPayload:
    thresholds: list[FlagThresholdSetting] = strawberry.field(description="All of the contest. (提示线)")


RaiseFlagResult = Annotated[
    RaiseFlagPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RaiseFlagResult", description="What raiseFlag answers. (提出的结果)"),
]
ResolveFlagResult = Annotated[
    ResolveFlagPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ResolveFlagResult", description="What resolveFlag answers. (处理的结果)"),
]
SetFlagThresholdResult = Annotated[
    SetFlagThresholdPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("SetFlagThresholdResult", description="What setFlagThreshold answers. (修改的结果)"),
]


@strawberry.type
class FlagQuery:
    @strawberry.field(description="Flags, the newest first, where the viewer may see them. (数据提示)")
    async def flags(
        self,
        info: Info,
        contest_id: ContestId,
        filter: Annotated[FlagFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Flag]:
        wanted = _wanted(contest_id, filter or FlagFilter())
        if wanted is None:
            return Page.empty(first)
        page = Page.of(f"flags {wanted}", first, after)
        found, total = await store.list_flags(info.context.pool, info.context.rows("Flag"), wanted, page)
        return page.connect([(flag.uuid, flag) for flag in found], total)

    @strawberry.field(description="From where on figures are flagged; none for others than officials. (提示线)")
    async def flag_thresholds(self, info: Info, contest_id: ContestId) -> list[FlagThresholdSetting]:
        contest = key_of(contest_id, "Contest")
        return await _settings(info.context, contest) if contest else []


def _wanted(contest_id: strawberry.ID, only: FlagFilter) -> store.Wanted | None:
    """None when an id in it is none of ours: nothing can fit."""
    given = ((contest_id, "Contest"), (only.round_id, "Round"), (only.city_id, "City"))
    pairs = [(text, key_of(text, name)) for text, name in (*given, (only.contestant_id, "Contestant"))]
    contest, round_id, city, contestant = (key for _, key in pairs)
    if contest is None or any(text and key is None for text, key in pairs):
        return None
    return store.Wanted(contest, round_id, city, contestant, only.code, only.state)


async def _settings(context: Context, contest_id: UUID) -> list[FlagThresholdSetting]:
    own = await store.find_thresholds(context.pool, context.rows("Flag"), contest_id)
    if own is None:
        return []
    return [
        FlagThresholdSetting(name=name, value=value, usual=usual.value, least=usual.least, most=usual.most)
        for (name, value), usual in zip(thresholds(own).items(), USUAL.values(), strict=True)
    ]


@strawberry.type
class FlagMutation:
    @strawberry.mutation(description="Asks that somebody's figures be looked at. (提出数据提示)")
    async def raise_flag(
        self,
        info: Info,
        input: Annotated[RaiseFlagInput, strawberry.argument(description="Whose, and why. (输入)")],  # noqa: A002
    ) -> RaiseFlagResult:
        context, round_id = info.context, key_of(input.round_id, "Round")
        check_reason(input.reason)
        who: Contestant = await context.acting_on("raiseFlag", "Contestant", input.contestant_id)
        if input.round_id and round_id is None:
            raise NotFoundError
        flag_id = await once(
            context, "raiseFlag", input, lambda connection: _raise(context, connection, who, round_id, input.reason)
        )
        return RaiseFlagPayload(flag=await context.load("Flag", flag_id))

    @strawberry.mutation(description="Concludes a flag, or concludes it otherwise. (处理数据提示)")
    async def resolve_flag(
        self,
        info: Info,
        input: Annotated[ResolveFlagInput, strawberry.argument(description="What was found. (输入)")],  # noqa: A002
    ) -> ResolveFlagResult:
        context = info.context
        check_reason(input.reason)
        flag: Flag = await context.acting_on("resolveFlag", "Flag", input.id)
        state = FlagState(input.conclusion)
        async with context.changing(flag.contest_id) as connection:
            before = await store.find_state(connection, flag.uuid)
            if before is FlagState.GONE:
                raise ConflictError("FLAG_IS_GONE")
            await store.conclude(connection, flag.uuid, state, input.reason, context.viewer.user_id)
            await _record_conclusion(context, connection, flag, (before.value, state.value), input.reason)
        return ResolveFlagPayload(flag=await context.load("Flag", flag.uuid))

    @strawberry.mutation(description="Sets from where on figures are flagged in a contest. (修改提示线)")
    async def set_flag_threshold(
        self,
        info: Info,
        input: Annotated[SetFlagThresholdInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> SetFlagThresholdResult:
        context, contest_id = info.context, key_of(input.contest_id, "Contest")
        check_reason(input.reason)
        usual = USUAL[input.name]
        value = usual.value if input.value is None else input.value
        if not usual.least <= value <= usual.most:
            bounds = {"least": plain(usual.least), "most": plain(usual.most)}
            raise InvalidInputError("THRESHOLD_OUT_OF_BOUNDS", field="value", **bounds)
        async with context.pool.acquire() as connection, connection.transaction():
            scope = context.may("setFlagThreshold")
            if contest_id is None or await store.find_thresholds(connection, scope, contest_id) is None:
                raise NotFoundError
            await advance_version(connection, contest_id)
            own = dict(await store.find_thresholds(connection, scope, contest_id) or {})
            before = plain(thresholds(own)[input.name])
            own.pop(input.name, None)
            if value != usual.value:
                own[input.name.value] = plain(value)
            await store.set_thresholds(connection, contest_id, own)
            changes = {input.name.lower(): (before, plain(value))}
            done, contest = Action.SET_FLAG_THRESHOLD, (contest_id, contest_id)
            await context.record(connection, Entry(done, "Contest", *contest, changes=changes, reason=input.reason))
            await look_at_everybody(connection, contest_id)
        await context.send_jobs()
        return SetFlagThresholdPayload(thresholds=await _settings(context, contest_id))


async def _raise(context: Context, connection: Database, who: Contestant, round_id: UUID | None, reason: str) -> UUID:
    await advance_version(connection, who.contest_id)
    if round_id and not await store.is_round_of(connection, who.contest_id, round_id):
        raise NotFoundError
    flag_id = new_id()
    where = flag_id, who.contest_id, round_id, who.uuid
    await store.add_flag(connection, *where, reason=reason, user=context.viewer.user_id)
    places = who.contest_id, who.city.uuid, who.uuid
    await context.record(connection, Entry(Action.RAISE_FLAG, "Flag", flag_id, *places, reason=reason))
    return flag_id


async def _record_conclusion(
    context: Context, connection: Database, flag: Flag, states: tuple[str, str], reason: str
) -> None:
    places = flag.contest_id, None, flag.contestant_id
    changes = {"state": states, "code": (flag.code.value, flag.code.value)}
    await context.record(
        connection, Entry(Action.RESOLVE_FLAG, "Flag", flag.uuid, *places, changes=changes, reason=reason)
    )
