"""Finding comparisons and asking for one."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.comparisons import store
from services.api.comparisons.types import Comparison
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    InvalidRules,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.idempotency.store import once
from services.api.nodes import After, Connection, First, GlobalId, Page, RoundId, key_of
from services.api.rules.resolvers import check_document
from services.api.rules.store import find_setting
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.database.pool import Connection as DatabaseConnection
from services.shared.jobs import JobKind, enqueue
from services.shared.vocabulary import RunState


@strawberry.input(description="What to compare a run with: another run, or rules that are saved nowhere. (成绩对比)")
class CompareRunsInput:
    base_run_id: strawberry.ID = strawberry.field(description="A scored run. (原核算)")
    other_run_id: strawberry.ID | None = strawberry.field(
        default=None, description="Another scored run of the round. (新核算)"
    )
    rules_document: str | None = strawberry.field(
        default=None,
        description="Or a what-if: other rules over what the run saw. Nobody but organisers learns of it. (试算规则)",
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes one comparison. (幂等键)"
    )


@strawberry.type(description="The comparison waits for the scorer, or is there already. (已发起)")
class CompareRunsPayload:
    comparison: Comparison = strawberry.field(description="The comparison. (成绩对比)")


CompareRunsResult = Annotated[
    CompareRunsPayload | InvalidRules | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("CompareRunsResult", description="What compareRuns answers. (成绩对比的结果)"),
]


@strawberry.type
class ComparisonQuery:
    @strawberry.field(description="The comparisons of a round, the last first; for organisers. (对比列表)")
    async def comparisons(
        self, info: Info, round_id: RoundId, first: First = 50, after: After = None
    ) -> Connection[Comparison]:
        key = key_of(round_id, "Round")
        if key is None:
            return Page.empty(first)
        page = Page.of(f"comparisons {key}", first, after)
        found, total = await store.list_comparisons(info.context.pool, info.context.rows("Comparison"), key, page)
        return page.connect([(one.uuid, one) for one in found], total)

    @strawberry.field(description="A comparison; for organisers. (成绩对比)")
    async def comparison(self, info: Info, id: GlobalId) -> Comparison | None:  # noqa: A002
        found: Comparison | None = await info.context.load("Comparison", key_of(id, "Comparison"))
        return found


@strawberry.type
class ComparisonMutation:
    @strawberry.mutation(description="Compares a run with another, or with what other rules would give. (对比成绩)")
    async def compare_runs(
        self,
        info: Info,
        input: Annotated[CompareRunsInput, strawberry.argument(description="What with what. (输入)")],  # noqa: A002
    ) -> CompareRunsResult:
        context = info.context
        key = await once(context, "compareRuns", input, lambda connection: _asked(connection, context, input))
        await context.send_jobs()
        return CompareRunsPayload(comparison=await context.load("Comparison", key))


async def _asked(connection: DatabaseConnection, context: Context, asked: CompareRunsInput) -> UUID:
    """The comparison, with the job that makes it; what others read of the contest does not change by it."""
    if (asked.other_run_id is None) == (asked.rules_document is None):
        raise InvalidInputError("COMPARE_WITH_ONE", field="otherRunId")
    base_id, other_id = key_of(asked.base_run_id, "ScoringRun"), key_of(asked.other_run_id, "ScoringRun")
    wanted = [key for key in (base_id, other_id) if key]
    runs = await store.lock_runs(connection, context.may("compareRuns"), wanted)
    base, other = runs.get(base_id) if base_id else None, runs.get(other_id) if other_id else None
    if base is None or (asked.other_run_id is not None and other is None):
        raise NotFoundError
    if any(run["state"] != RunState.SCORED for run in runs.values()):
        raise ConflictError("COMPARED_RUN_NOT_SCORED")
    if asked.rules_document is not None:
        check_document(asked.rules_document, await find_setting(connection, base["round_id"]))
    if other is not None:
        if other["id"] == base["id"] or other["round_id"] != base["round_id"]:
            raise InvalidInputError("COMPARE_RUNS_OF_ONE_ROUND", field="otherRunId")
        made = await store.find_made(connection, base["id"], other["id"])
        if made is not None:
            context.nothing_to_record()
            return made
    key = await store.add_comparison(connection, base, other_id, asked.rules_document, context.viewer.user_id)
    await enqueue(connection, JobKind.COMPARE_RUNS, key)
    changes: dict[str, tuple[Value, Value]] = {"baseRun": (None, str(base["id"]))}
    if other is not None:
        changes["otherRun"] = (None, str(other["id"]))
    await context.record(connection, Entry(Action.COMPARE_RUNS, "Comparison", key, base["contest_id"], changes=changes))
    return key
