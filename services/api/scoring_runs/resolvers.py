"""Finding, starting, cancelling and adopting scoring runs."""

from typing import Annotated
from uuid import UUID

import strawberry
from asyncpg import Record

from services.api.checks import check_reason
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound, NotFoundError
from services.api.idempotency.store import recall, remember
from services.api.nodes import After, Connection, First, GlobalId, Page, RoundId, key_of
from services.api.scoring_runs import store
from services.api.scoring_runs.types import ScoringRun
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.changes import publish
from services.shared.contests.store import advance_version
from services.shared.scoring_runs.start import CannotStartError, start_run
from services.shared.scoring_runs.store import adopt_run
from services.shared.vocabulary import RunState


@strawberry.input(description="A run to start. (发起核算)")
class StartScoringRunInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    reason: str = strawberry.field(default="", description="Why. (原因)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key starts one run. (幂等键)"
    )


@strawberry.input(description="A run to end before it is done. (取消核算)")
class CancelScoringRunInput:
    run_id: strawberry.ID = strawberry.field(description="The run. (成绩核算)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.input(description="A run whose results are to hold. (采用核算)")
class AdoptRunInput:
    run_id: strawberry.ID = strawberry.field(description="The run, scored. (成绩核算)")
    reason: str = strawberry.field(description="Why. (原因)")
    replaces_run_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The run it takes the place of, null for none; when another one holds: Conflict. (被替换的核算)",
    )


@strawberry.type(description="The run waits for the scorer. (已发起)")
class StartScoringRunPayload:
    scoring_run: ScoringRun = strawberry.field(description="The run. (成绩核算)")


@strawberry.type(description="The run has ended without a result. (已取消)")
class CancelScoringRunPayload:
    scoring_run: ScoringRun = strawberry.field(description="The run. (成绩核算)")


@strawberry.type(description="The run's results hold, all at once. (已采用)")
class AdoptRunPayload:
    scoring_run: ScoringRun = strawberry.field(description="The run. (成绩核算)")
    round: Round = strawberry.field(description="Its round. (轮次)")


StartScoringRunResult = Annotated[
    StartScoringRunPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("StartScoringRunResult", description="What startScoringRun answers. (发起核算的结果)"),
]
CancelScoringRunResult = Annotated[
    CancelScoringRunPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("CancelScoringRunResult", description="What cancelScoringRun answers. (取消核算的结果)"),
]
AdoptRunResult = Annotated[
    AdoptRunPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("AdoptRunResult", description="What adoptRun answers. (采用核算的结果)"),
]


@strawberry.type
class ScoringRunQuery:
    @strawberry.field(description="The runs of a round, the last first, as far as visible. (核算列表)")
    async def scoring_runs(
        self, info: Info, round_id: RoundId, first: First = 50, after: After = None
    ) -> Connection[ScoringRun]:
        key = key_of(round_id, "Round")
        if key is None:
            return Page.empty(first)
        page = Page.of(f"runs {key}", first, after)
        runs, total = await store.list_runs(info.context.pool, info.context.runs("ScoringRun"), key, page)
        return page.connect([(run.number, run) for run in runs], total)

    @strawberry.field(description="A run. (成绩核算)")
    async def scoring_run(self, info: Info, id: GlobalId) -> ScoringRun | None:  # noqa: A002
        key = key_of(id, "ScoringRun")
        run: ScoringRun | None = await info.context.load("ScoringRun", key)
        return run


@strawberry.type
class ScoringRunMutation:
    @strawberry.mutation(description="Starts a run over the uploads accepted so far. (发起核算)")
    async def start_scoring_run(
        self,
        info: Info,
        input: Annotated[StartScoringRunInput, strawberry.argument(description="Which round. (输入)")],  # noqa: A002
    ) -> StartScoringRunResult:
        context = info.context
        scope = context.may("startScoringRun")
        round_id = key_of(input.round_id, "Round")
        async with context.pool.acquire() as connection, connection.transaction():
            key = await recall(connection, context, "startScoringRun", input.idempotency_key)
            if key is None:
                row = await store.lock_round(connection, scope, round_id) if round_id else None
                if row is None:
                    raise NotFoundError
                place, user = (row["contest_id"], row["id"]), context.viewer.user_id
                try:
                    key = await start_run(connection, *place, reason=input.reason, user=user)
                except CannotStartError as missing:
                    raise ConflictError(missing.code, **missing.parameters) from None
                await remember(connection, context, "startScoringRun", input.idempotency_key, key)
                started = Entry(Action.START_SCORING_RUN, "ScoringRun", key, row["contest_id"], reason=input.reason)
                await context.record(connection, started)
        await context.send_jobs()
        return StartScoringRunPayload(scoring_run=await context.load("ScoringRun", key))

    @strawberry.mutation(description="Ends a run that has not ended. (取消核算)")
    async def cancel_scoring_run(
        self,
        info: Info,
        input: Annotated[CancelScoringRunInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> CancelScoringRunResult:
        context = info.context
        scope = context.may("cancelScoringRun")
        check_reason(input.reason)
        key = key_of(input.run_id, "ScoringRun")
        async with context.pool.acquire() as connection, connection.transaction():
            place = await store.find_round_of_run(connection, scope, key) if key else None
            if key is None or place is None:
                raise NotFoundError
            # The contest before the run, as the worker does, and the job before the run, as the sweeper does.
            await advance_version(connection, place["contest_id"])
            await store.cancel_job(connection, key)
            run = await store.lock_run(connection, scope, key)
            if run is None:
                raise NotFoundError
            if run["state"] in (RunState.SCORED, RunState.FAILED):
                raise ConflictError("RUN_ENDED")
            if run["state"] == RunState.CANCELLED:
                context.nothing_to_record()
            else:
                await store.cancel_run(connection, run["id"], input.reason)
                await context.record(
                    connection,
                    Entry(
                        Action.CANCEL_SCORING_RUN,
                        "ScoringRun",
                        key,
                        run["contest_id"],
                        changes={"state": (run["state"], RunState.CANCELLED)},
                        reason=input.reason,
                    ),
                )
        await publish(context.resources.redis, run["id"], state=RunState.CANCELLED)
        return CancelScoringRunPayload(scoring_run=await context.load("ScoringRun", key))

    @strawberry.mutation(description="Makes a scored run the one whose results hold for its round. (采用核算)")
    async def adopt_run(
        self,
        info: Info,
        input: Annotated[AdoptRunInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> AdoptRunResult:
        context = info.context
        scope = context.may("adoptRun")
        check_reason(input.reason)
        key = key_of(input.run_id, "ScoringRun")
        async with context.pool.acquire() as connection, connection.transaction():
            place = await store.find_round_of_run(connection, scope, key) if key else None
            # Of two who adopt at once, the second sees what the first has done.
            row = await store.lock_round(connection, scope, place["round_id"]) if place else None
            if key is None or row is None:
                raise NotFoundError
            await advance_version(connection, row["contest_id"])
            run = await store.lock_run(connection, scope, key)
            if run is None:
                raise NotFoundError
            if run["state"] != RunState.SCORED:
                raise ConflictError("RUN_NOT_SCORED")
            if row["adopted_run_id"] == run["id"]:
                context.nothing_to_record()
            else:
                _check_replaced(input, row["adopted_run_id"])
                await adopt_run(connection, row["id"], run["id"], input.reason, context.viewer.user_id)
                await context.record(connection, _adopted(row, run["id"], input.reason))
        await publish(context.resources.redis, run["id"], state=RunState.SCORED)
        await publish(context.resources.redis, row["id"])
        return AdoptRunPayload(
            scoring_run=await context.load("ScoringRun", key), round=await context.load("Round", row["id"])
        )


def _adopted(round_: Record, run_id: UUID, reason: str) -> Entry:
    before = round_["adopted_run_id"]
    changes: dict[str, tuple[Value, Value]] = {"adoptedRun": (str(before) if before else None, str(run_id))}
    return Entry(Action.ADOPT_RUN, "Round", round_["id"], round_["contest_id"], changes=changes, reason=reason)


def _check_replaced(adoption: AdoptRunInput, adopted: object) -> None:
    expected = adoption.replaces_run_id
    if expected is not strawberry.UNSET and key_of(expected, "ScoringRun") != adopted:
        raise ConflictError("ANOTHER_RUN_ADOPTED")
