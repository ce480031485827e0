"""A scoring run on one screen: load → measure → admit → normalise → score → rank → pick → write.

`conclude` is what follows from the metrics, a pure function that `verify` calls as well. `run_scoring` gives it what
was gathered from the figures, tells how far it has come and commits what it found.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from types import MappingProxyType

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, LostJobError, finish
from services.scorer.metrics.figures import Figures, Window
from services.scorer.metrics.store import carried_digests, contents_in_force
from services.scorer.ranking.rank import rank
from services.scorer.scores.admit import admit
from services.scorer.scores.normalise import FiguresMissing, normalise
from services.scorer.scores.score import score
from services.scorer.scoring_runs import store
from services.scorer.scoring_runs.gather import Gathered, gather
from services.scorer.scoring_runs.inputs import input_lines
from services.scorer.scoring_runs.outcome import Outcome
from services.scorer.scoring_runs.result import RunResult
from services.scorer.scoring_runs.store import Run
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.rules.check import InvalidRules, parse_rules
from services.shared.rules.model import Rules
from services.shared.vocabulary import RunStage, RunState

Passed = Callable[[RunStage], None]
NOTHING_CARRIED: Mapping[str, str] = MappingProxyType({})


def evaluate(
    rules: Rules,
    rules_sha256: str,
    window: Window,
    upload_digests: Iterable[str],
    contestants: Sequence[Figures],
    *,
    carried: Mapping[str, str] = NOTHING_CARRIED,
) -> RunResult:
    """The result of these contestants under these rules. Raises FiguresMissing where a `block` metric is unknown."""
    gathered = Gathered(rules, window)
    gathered.add(contestants)
    return conclude(rules, rules_sha256, upload_digests, gathered, carried=carried)


def conclude(
    rules: Rules,
    rules_sha256: str,
    upload_digests: Iterable[str],
    gathered: Gathered,
    *,
    carried: Mapping[str, str] = NOTHING_CARRIED,
    passed: Passed = lambda _: None,
) -> RunResult:
    """The result of whatever was gathered; `passed` is told of each stage that is behind. Raises FiguresMissing."""
    measured = admit(gathered.measured, rules)
    passed(RunStage.MEASURE)
    normalised = normalise(measured, rules)
    passed(RunStage.NORMALISE)
    scores = score(measured, normalised, rules)
    passed(RunStage.SCORE)
    standings = rank(scores, rules)
    passed(RunStage.RANK)
    outcome = Outcome.of(standings, rules)
    passed(RunStage.PICK)
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
    given = (rules, run.rules_sha256, contents, gathered)
    found = await asyncio.to_thread(conclude, *given, carried=carried, passed=passed)
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
