"""A comparison of two runs of a whole contest: the same figures under rules with other weights."""

import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.jobs import JobKind
from services.shared.vocabulary import RunState
from tests.bench.contest import RULES, Contest, lay_out
from tests.bench.measurement import Measurement, Plan, Took, measure, tell
from tests.bench.scoring import CONTESTANTS, DAYS, add_run, fill
from tests.bench.stage import NotMeasuredError, Stage

queries = load(Path(__file__).with_name("comparing.sql"))


async def compare_3000(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """Short video weighs what sales weighed, and the other way round."""
    people = max(40, int(CONTESTANTS * scale))
    contest = await lay_out(stage, people)
    tell(f"compare-3000: filling in {people} contestants × {DAYS} days")
    await fill(stage, contest)
    await stage.owner.execute("create table comparison_floor (like comparison_rows including all)")
    plan = Plan(
        "compare-3000",
        people,
        2,
        "one SQL statement: both runs joined, with the items and metrics that differ, inserting the same rows",
        "the scorer's job, from its start to the comparison committed",
    )
    with stage.worker():
        base = await _run(stage, contest)
        other = await _run(stage, replace(contest, rules_id=await _other_rules(stage, contest)))

        async def floor() -> Took:
            started = time.perf_counter()
            await stage.owner.execute(queries.compare, new_id(), base, other)
            return Took(time.perf_counter() - started)

        async def ours() -> Took:
            return await stage.job(JobKind.COMPARE_RUNS, await _add_comparison(stage, contest, base, other))

        await stage.owner.execute("vacuum analyze")
        measured = await measure(plan, floor, ours, repetitions)
    row = await stage.owner.fetchrow(queries.differences)
    tell(f"compare-3000: {row and row['rows']} rows, {row and row['differ']} differ")
    if row is None or row["rows"] != people or row["differ"]:
        raise NotMeasuredError("floor and ours do not agree")
    return measured


async def _run(stage: Stage, contest: Contest) -> UUID:
    run_id = await add_run(stage, contest, RunState.QUEUED)
    await stage.job(JobKind.RUN_SCORING, run_id)
    return run_id


async def _other_rules(stage: Stage, contest: Contest) -> UUID:
    """40, 30 and 30 in place of 30, 30 and 40."""
    rules_id = new_id()
    before, _, after = RULES.replace("weight = 30", "weight = 40", 1).rpartition("weight = 40")
    await stage.owner.execute(
        "insert into rules (id, contest_id, round_id, version, document, sha256, reason)"
        " values ($1, $2, $3, 2, $4, encode(sha256(convert_to($4, 'UTF8')), 'hex'), 'bench')",
        *(rules_id, contest.id, contest.round_id, f"{before}weight = 30{after}"),
    )
    return rules_id


async def _add_comparison(stage: Stage, contest: Contest, base: UUID, other: UUID) -> UUID:
    comparison_id = new_id()
    await stage.owner.execute(
        "insert into comparisons (id, contest_id, round_id, base_run_id, other_run_id, state)"
        " values ($1, $2, $3, $4, $5, 'QUEUED')",
        *(comparison_id, contest.id, contest.round_id, base, other),
    )
    return comparison_id
