"""Freezing a ranking before the end of a round, and showing everything again."""

from datetime import datetime
from typing import Annotated

import strawberry
from asyncpg import Record

from services.api.checks import check_reason
from services.api.contests.rounds import Round
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
from services.api.freeze import store
from services.api.nodes import key_of
from services.api.scoring_runs.store import lock_round
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, stored
from services.shared.changes import publish
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection


@strawberry.input(description="From when a ranking stands still. (封榜)")
class FreezeRankingInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    frozen_from: datetime | None = strawberry.field(
        default=None, description="The hour, from now on; now when left out. (封榜时间)"
    )
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.input(description="Which ranking moves on. (解除封榜)")
class UnfreezeRankingInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.type(description="From its hour on the ranking stands still. (已封榜)")
class FreezeRankingPayload:
    round: Round = strawberry.field(description="The round. (轮次)")


@strawberry.type(description="Everybody sees what was adopted meanwhile. (已解除封榜)")
class UnfreezeRankingPayload:
    round: Round = strawberry.field(description="The round. (轮次)")


FreezeRankingResult = Annotated[
    FreezeRankingPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("FreezeRankingResult", description="What freezeRanking answers. (封榜的结果)"),
]
UnfreezeRankingResult = Annotated[
    UnfreezeRankingPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("UnfreezeRankingResult", description="What unfreezeRanking answers. (解除封榜的结果)"),
]


@strawberry.type
class FreezeMutation:
    @strawberry.mutation(description="Lets the ranking that everybody but organisers sees stand still. (封榜)")
    async def freeze_ranking(
        self,
        info: Info,
        input: Annotated[FreezeRankingInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> FreezeRankingResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock(context, connection, "freezeRanking", input.round_id)
            frozen_from = input.frozen_from or row["now"]
            if frozen_from < row["now"]:
                raise InvalidInputError("FREEZE_IN_PAST", field="frozenFrom")
            if row["frozen_from"] is not None and row["frozen_from"] <= row["now"]:
                raise ConflictError("RANKING_FROZEN")
            await store.freeze(connection, row["id"], frozen_from)
            changes = {"frozenFrom": (stored(row["frozen_from"]), stored(frozen_from))}
            entry = Entry(
                Action.FREEZE_RANKING, "Round", row["id"], row["contest_id"], changes=changes, reason=input.reason
            )
            await context.record(connection, entry)
        return FreezeRankingPayload(round=await context.load("Round", row["id"]))

    @strawberry.mutation(description="Ends a freeze: everybody sees what was adopted meanwhile. (解除封榜)")
    async def unfreeze_ranking(
        self,
        info: Info,
        input: Annotated[UnfreezeRankingInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> UnfreezeRankingResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock(context, connection, "unfreezeRanking", input.round_id)
            if row["frozen_from"] is None:
                raise ConflictError("RANKING_NOT_FROZEN")
            await store.unfreeze(connection, row["id"])
            changes = {"frozenFrom": (stored(row["frozen_from"]), None)}
            entry = Entry(
                Action.UNFREEZE_RANKING, "Round", row["id"], row["contest_id"], changes=changes, reason=input.reason
            )
            await context.record(connection, entry)
        await publish(context.resources.redis, row["id"])
        return UnfreezeRankingPayload(round=await context.load("Round", row["id"]))


async def _lock(context: Context, connection: Connection, mutation: str, named: strawberry.ID) -> Record:
    """The round, its contest locked; raises NotFoundError where the viewer may not."""
    round_id = key_of(named, "Round")
    locked = await lock_round(connection, context.may(mutation), round_id) if round_id else None
    row = await store.find_frozen(connection, locked["id"]) if locked else None
    if row is None:
        raise NotFoundError
    await advance_version(connection, row["contest_id"])
    return row
