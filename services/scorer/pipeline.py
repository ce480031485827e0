"""A scoring run on one screen: load, measure → conclude → write.

`conclude` is what follows from the metrics, a pure function that `verify` calls as well; its arithmetic stands in
`scoring_runs/outcome.py`. `run_scoring` gives it what was gathered from the figures, tells how far it has come and
commits what it found.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, LostJobError, finish
from services.scorer.metrics.store import carried_digests, contents_in_force
from services.scorer.scores.normalise import FiguresMissing
from services.scorer.scoring_runs import store
from services.scorer.scoring_runs.gather import Gathered, gather
from services.scorer.scoring_runs.inputs import input_lines
from services.scorer.scoring_runs.outcome import Outcome, Passed
from services.scorer.scoring_runs.result import RunResult
from services.scorer.scoring_runs.store import Run
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.rules.check import InvalidRules, parse_rules
from services.shared.rules.model import Rules
from services.shared.vocabulary import RunStage, RunState


def conclude(
    rules: Rules,
    rules_sha256: str,
    upload_digests: Iterable[str],
    gathered: Gathered,
    carried: Mapping[str, str],
    *,
    passed: Passed = lambda _: None,
) -> RunResult:
    """The result of whatever was gathered, noting the digests of what it comes from. Raises FiguresMissing."""
    outcome = Outcome.of(gathered.measured, rules, passed)
    inputs = input_lines(rules_sha256, upload_digests, gathered.noted, carried)
    return RunResult.of(rules, inputs, outcome)


async def run_scoring(scorer: Scorer, job: Job) -> None:
    """Brings a run to its end: SCORED, or FAILED where the rules or the figures do not allow a result."""
    with uncollected():
        await _run_scoring(scorer, job)


async def _run_scoring(scorer: Scorer, job: Job) -> None:
    run = await store.begin_run(scorer.pool, job.subject_id)
    fault(FaultPoint.RUN_STARTED)
    if run is None:  # it was cancelled while it waited
        async with _ending(scorer, job):
            return
    try:
        result = await evaluated(scorer, run)
    except (FiguresMissing, InvalidRules) as error:
        async with _ending(scorer, job) as connection:
            await store.fail_run(connection, run.id, error.problems[0])
        await publish(scorer.redis, run.id, state=RunState.FAILED)
        return
    async with _ending(scorer, job) as connection:
        await store.write_result(connection, run, result)
        fault(FaultPoint.RUN_WRITTEN)
        if not await store.end_run(connection, run, result):
            raise LostJobError(job.id)
    await publish(scorer.redis, run.id, state=RunState.SCORED)


async def evaluated(scorer: Scorer, run: Run) -> RunResult:
    """Gathers and concludes, in a thread, so that the worker goes on telling that it is alive.

    Raises FiguresMissing and InvalidRules.
    """
    with uncollected():
        return await _evaluated(scorer, run)


async def _evaluated(scorer: Scorer, run: Run) -> RunResult:
    loop, stages = asyncio.get_running_loop(), list(RunStage)

    async def tell(done: int) -> None:
        state, stage = RunState.RUNNING, stages[done]
        await publish(scorer.redis, run.id, state=state, stage=stage, done=done, total=len(stages))

    def passed(stage: RunStage) -> None:
        fault(FaultPoint(f"run.{stage.lower()}"))
        asyncio.run_coroutine_threadsafe(tell(stages.index(stage) + 1), loop).result()

    await tell(0)
    rules = parse_rules(run.rules_document)
    gathered, contents, carried = await _load(scorer, run, rules)
    fault(FaultPoint.RUN_LOADED)
    await tell(1)
    found = await asyncio.to_thread(conclude, rules, run.rules_sha256, contents, gathered, carried, passed=passed)
    fault(FaultPoint.RUN_SUMMED_UP)
    return found


async def _load(scorer: Scorer, run: Run, rules: Rules) -> tuple[Gathered, list[str], dict[str, str]]:
    """What the figures that the rules ask for come to, and the digests of what they come from, all as of one moment."""
    async with scorer.pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        gathered = await gather(connection, run.extent, rules)
        contents = await contents_in_force(connection, run.extent)
        carried = await carried_digests(connection, run.extent)
    return gathered, contents, carried


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection while a million values are made of which none is garbage: it took half of a run's time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@asynccontextmanager
async def _ending(scorer: Scorer, job: Job) -> AsyncIterator[Connection]:
    """A transaction that ends the job together with whatever is written in it."""
    async with scorer.pool.acquire() as connection, connection.transaction():
        yield connection
        await finish(connection, job)
        fault(FaultPoint.RUN_BEFORE_COMMIT)
    fault(FaultPoint.RUN_AFTER_COMMIT)
