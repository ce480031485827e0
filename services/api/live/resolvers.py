"""Switching the live refresh of a round on and off."""

from datetime import datetime
from typing import Annotated

import strawberry

from services.api.checks import check_reason
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.errors import InvalidInput, InvalidInputError, NotAllowed, NotFound, NotFoundError
from services.api.live import store
from services.api.nodes import key_of
from services.api.scoring_runs.store import lock_round
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value, stored
from services.shared.contests.store import advance_version

SHORTEST, LONGEST = 10, 86_400  # seconds between two runs


@strawberry.input(description="How a ranking is kept fresh. (现场刷新)")
class SetLiveRefreshInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    every_seconds: int | None = strawberry.field(
        default=None, description="Seconds between two runs, 10 to 86400; none: no longer. (间隔秒数)"
    )
    until: datetime | None = strawberry.field(
        default=None, description="No run is started from then on; not said, as long as files are taken. (截止时间)"
    )
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.type(description="So it is from now on. (已设置)")
class SetLiveRefreshPayload:
    round: Round = strawberry.field(description="The round. (轮次)")


SetLiveRefreshResult = Annotated[
    SetLiveRefreshPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("SetLiveRefreshResult", description="What setLiveRefresh answers. (现场刷新设置的结果)"),
]


@strawberry.type
class LiveMutation:
    @strawberry.mutation(
        description="Has runs started and adopted by themselves while a round is under way, whenever something came in."
        " (现场刷新)"
    )
    async def set_live_refresh(
        self,
        info: Info,
        input: Annotated[SetLiveRefreshInput, strawberry.argument(description="How often. (输入)")],  # noqa: A002
    ) -> SetLiveRefreshResult:
        context, round_id, seconds = info.context, key_of(input.round_id, "Round"), input.every_seconds
        check_reason(input.reason)
        if seconds is not None and not SHORTEST <= seconds <= LONGEST:
            raise InvalidInputError("LIVE_INTERVAL", field="everySeconds", least=SHORTEST, most=LONGEST)
        async with context.pool.acquire() as connection, connection.transaction():
            locked = await lock_round(connection, context.may("setLiveRefresh"), round_id) if round_id else None
            row = await store.find_round(connection, locked["id"]) if locked else None
            if round_id is None or row is None:
                raise NotFoundError
            until = input.until or row["uploads_until"]
            if seconds is not None and not row["now"] < until <= row["uploads_until"]:
                raise InvalidInputError("LIVE_UNTIL", field="until", until=row["uploads_until"])
            await advance_version(connection, row["contest_id"])
            changes: dict[str, tuple[Value, Value]] = {"everySeconds": (None, seconds)}
            if seconds is None:
                if not await store.switch_off(connection, round_id):
                    context.nothing_to_record()
            else:
                place = round_id, row["contest_id"]
                await store.switch_on(connection, *place, seconds, until, context.viewer.user_id)
                changes["until"] = None, stored(until)
            entry = Entry(
                Action.SET_LIVE_REFRESH, "Round", round_id, row["contest_id"], changes=changes, reason=input.reason
            )
            if not context.recorded:
                await context.record(connection, entry)
        return SetLiveRefreshPayload(round=await context.load("Round", round_id))
