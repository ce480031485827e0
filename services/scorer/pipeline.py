"""A scoring run from its figures to its proposed finalists, on one screen.

The stages are pure functions; they run in a thread, so that the worker goes on telling that it is alive.
"""

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.finalists.pick import pick
from services.scorer.jobs.store import Job, LostJobError, finish
from services.scorer.metrics.figures import Figures
from services.scorer.metrics.measure import measure
from services.scorer.metrics.store import contents_in_force, load_figures
from services.scorer.ranking.rank import rank
from services.scorer.scores import store
from services.scorer.scores.evaluate import RunResult, run_result
from services.scorer.scores.normalise import FiguresMissing, normalise
from services.scorer.scores.score import score
from services.scorer.scores.store import Run
from services.shared.changes import publish
from services.shared.problems import Problem
from services.shared.rules.check import InvalidRules, parse_rules
from services.shared.rules.model import Rules
from services.shared.vocabulary import RunStage, RunState

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


async def run_scoring(scorer: Scorer, job: Job) -> None:
    """Brings a run to its end: SCORED, or FAILED where the rules or the figures do not allow a result."""
    run = await store.begin_run(scorer.pool, job.subject_id)
    fault(FaultPoint.RUN_STARTED)
    try:
        with _uncollected():
            result = await _score(scorer, run) if run is not None else None
    except (FiguresMissing, InvalidRules) as error:
        await _fail(scorer, job, error.problems[0])
        return
    async with scorer.pool.acquire() as connection, connection.transaction():
        if run is not None and result is not None:
            await store.write_result(connection, run, result)
            fault(FaultPoint.RUN_WRITTEN)
            if not await store.end_run(connection, run, result):
                raise LostJobError(job.id)
        await finish(connection, job)
        fault(FaultPoint.RUN_BEFORE_COMMIT)
    fault(FaultPoint.RUN_AFTER_COMMIT)
    await publish(scorer.redis, job.subject_id, state=RunState.SCORED)


async def _score(scorer: Scorer, run: Run) -> RunResult:
    """load → measure → normalise → score → rank → pick; what comes back is ready to write."""

    async def stage(
        name: RunStage, work: Callable[_Given, _Found], *given: _Given.args, **named: _Given.kwargs
    ) -> _Found:
        place = list(RunStage).index(name)
        await publish(scorer.redis, run.id, state=RunState.RUNNING, stage=name, done=place, total=len(RunStage))
        found = await asyncio.to_thread(work, *given, **named)
        fault(FaultPoint(f"run.{name.lower()}"))
        return found

    rules = parse_rules(run.rules_document)
    figures, contents = await _load(scorer, run, rules)
    measured = await stage(RunStage.MEASURE, measure, figures, rules, run.extent.window)
    normalised = await stage(RunStage.NORMALISE, normalise, measured, rules)
    scores = await stage(RunStage.SCORE, score, measured, normalised, rules)
    standings = await stage(RunStage.RANK, rank, scores, rules)
    proposal = await stage(RunStage.PICK, pick, standings, rules.finalists)
    return await stage(RunStage.WRITE, run_result, rules, run.rules_sha256, contents, standings, proposal)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection while a million values are made of which none is garbage: it took half of a run's time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _load(scorer: Scorer, run: Run, rules: Rules) -> tuple[list[Figures], list[str]]:
    """The figures that the rules ask for and the contents they come from, all as of one moment."""
    await publish(scorer.redis, run.id, state=RunState.RUNNING, stage=RunStage.LOAD, done=0, total=len(RunStage))
    sources = frozenset(source for _, rule, _ in rules.metrics for source in rule.sources)
    async with scorer.pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        figures = await load_figures(connection, run.extent, sources)
        contents = await contents_in_force(connection, run.extent)
    fault(FaultPoint.RUN_LOADED)
    return figures, contents


async def _fail(scorer: Scorer, job: Job, problem: Problem) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        await store.fail_run(connection, job.subject_id, problem)
        await finish(connection, job)
        fault(FaultPoint.RUN_BEFORE_COMMIT)
    fault(FaultPoint.RUN_AFTER_COMMIT)
    await publish(scorer.redis, job.subject_id, state=RunState.FAILED)
