"""A scoring run of a whole contest: from figures in force to committed results."""

import asyncio
import contextlib
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from services.shared.database.sql import load
from services.shared.exact import plain
from services.shared.identity import new_id
from services.shared.jobs import JobKind
from services.shared.rules.check import parse_rules
from services.shared.rules.model import PlacedMetric
from services.shared.vocabulary import RunState
from tests.bench.contest import EXPORTED_AT, OPENS_AT, RULES, Contest, lay_out
from tests.bench.measurement import Measurement, Plan, Took, measure, tell
from tests.bench.memory import proportional_mebibytes
from tests.bench.stage import NotMeasuredError, Stage

CONTESTANTS, DAYS = 3_000, 40
MANY_CONTESTANTS, MANY_DAYS = 100_000, 18  # 100 facts each
_SECONDS_BETWEEN = 0.5

season = load(Path(__file__).with_name("season.sql"))
floors = load(Path(__file__).with_name("scoring_floor.sql"))

# What explains the points on each scale of the sample rules.
_INPUTS = {
    "ratio": ["best"],
    "log": ["best"],
    "percentile": ["below", "equal", "count"],
    "points-per-n": ["per", "each", "most"],
    "bands": ["at_least"],
}


async def score_3000(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """A run under the sample rules."""
    people = max(40, int(CONTESTANTS * scale))
    plan = Plan("score-3000", people, 2, _FLOOR, _OURS)
    return await _measured(stage, plan, DAYS, floors.kept_sales, repetitions)


async def score_100000(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """The same over ten million facts; the floor adds up the order lines, which we did as they came in."""
    people = max(40, int(MANY_CONTESTANTS * scale))
    plan = Plan("score-100000", people, 1, f"{_FLOOR}, the sums of orders from their lines", _OURS)
    return await _measured(stage, plan, MANY_DAYS, floors.counted_sales, repetitions)


_FLOOR = "one SQL statement: the same metrics, normalisers, rounding and ranks, inserting the same rows"
_OURS = "the scorer's job, from its start to the results committed"


async def _measured(stage: Stage, plan: Plan, days: int, sales: str, repetitions: int) -> Measurement:
    contest = await lay_out(stage, plan.rows)
    tell(f"{plan.name}: filling in {plan.rows} contestants × {days} days")
    await fill(stage, contest, days)
    await make_floor_table(stage, sales)

    async def floor() -> Took:
        return await score_in_sql(stage, contest, new_id())

    async def ours() -> Took:
        run_id = await add_run(stage, contest, RunState.QUEUED)
        return await stage.job(JobKind.RUN_SCORING, run_id)

    with stage.worker() as worker:
        watching = asyncio.create_task(_most_memory(worker))
        measured = await measure(plan, floor, ours, repetitions)
        watching.cancel()
        most = await watching
    await _compare(stage, plan)
    return replace(measured, mebibytes=most)


async def _most_memory(pid: int) -> float:
    """What the worker takes at most, looked at until this is cancelled."""
    most = 0.0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            most = max(most, await asyncio.to_thread(proportional_mebibytes, pid))
            await asyncio.sleep(_SECONDS_BETWEEN)
    return most


async def fill(stage: Stage, contest: Contest, days: int = DAYS) -> None:
    """Works, account days, sessions, orders and their base sums, as they would be after ingest."""
    owner = stage.owner
    await owner.execute("select setseed(0.2021)")
    await owner.execute(season.fill_uploads, EXPORTED_AT)
    await owner.execute(season.fill_coverage)
    for query in (season.fill_works, season.fill_account_days, season.fill_live_sessions, season.fill_orders):
        await owner.execute(query, OPENS_AT, days)
    await owner.execute(season.fill_order_days, contest.round_id)
    await owner.execute("update contests set sequence = (select max(accepted_sequence) from uploads)")
    await owner.execute("vacuum analyze")


async def add_run(stage: Stage, contest: Contest, state: RunState) -> UUID:
    """The next run of the round."""
    run_id = new_id()
    await stage.owner.execute(
        "insert into scoring_runs (id, contest_id, round_id, number, state, sequence, rules_id)"
        " select $1, $2, $3, coalesce((select max(number) from scoring_runs), 0) + 1, $5, sequence, $4"
        " from contests where id = $2",
        *(run_id, contest.id, contest.round_id, contest.rules_id, state),
    )
    return run_id


async def make_floor_table(stage: Stage, sales: str = floors.kept_sales) -> None:
    """Where the one statement puts its rows, and where it has the sums of orders from."""
    await stage.owner.execute(sales)
    # PostgreSQL takes each of the joined sums for one row; with nested loops the floor would be none.
    await stage.owner.execute("set enable_nestloop = off")
    await stage.owner.execute("set work_mem = '64MB'")
    await stage.owner.execute("create table scores_floor (like scores including all)")


async def score_in_sql(stage: Stage, contest: Contest, run_id: UUID) -> Took:
    """The whole run as one statement."""
    template = _explanation_template()
    started = time.perf_counter()
    await stage.owner.execute(floors.score, run_id, contest.round_id, template)
    return Took(time.perf_counter() - started)


def _explanation_template() -> str:
    """The explanation under the sample rules, as `format` in SQL takes it."""
    rules = parse_rules(RULES)
    metrics = iter(rules.metrics)
    items = [
        {
            "item": key,
            "title": item.title,
            "weight": plain(item.weight),
            "points": "%s",
            "counted_share": "%s",
            "metrics": [_metric_template(next(metrics)) for _ in item.metrics],
        }
        for key, item in rules.items.items()
    ]
    return orjson.dumps({"total": "%s", "items": items}).decode()


def _metric_template(placed: PlacedMetric) -> dict[str, Any]:
    metric, scale = placed.rule.of, placed.rule.scale.scale
    return {
        "metric": metric.key,
        "title": metric.title.zh,
        "unit": metric.unit.zh,
        "full": plain(placed.full),
        "scale": scale,
        "field": placed.rule.field,
        "value": "%s",
        "points": "%s",
        "missing": False,
        "left_out": False,
        "inputs": [{"name": name, "value": "%s"} for name in _INPUTS[scale]],
    }


async def _compare(stage: Stage, plan: Plan) -> None:
    """Floor and ours must agree: PostgreSQL's `ln` and division may round a last digit otherwise."""
    row = await stage.owner.fetchrow(
        "select count(*) as both_have, count(*) filter (where ours.total <> floor.total) as differ,"
        " max(abs(ours.total - floor.total)) as most, count(*) filter (where ours.rank <> floor.rank) as ranks,"
        " avg(length(ours.explanation::text))::integer as our_size,"
        " avg(length(floor.explanation::text))::integer as floor_size"
        " from scores ours join scores_floor floor using (contestant_id)"
        " where ours.run_id = (select id from scoring_runs order by number desc limit 1)"
        " and floor.run_id = (select run_id from scores_floor limit 1)",
    )
    assert row is not None
    tell(
        f"{plan.name}: totals differ for {row['differ']} of {row['both_have']} by at most {row['most']}, ranks for"
        f" {row['ranks']}; an explanation has {row['our_size']} characters, the floor's {row['floor_size']}"
    )
    if row["both_have"] != plan.rows or row["differ"] > plan.rows // 100 or row["most"] > 0.02:
        raise NotMeasuredError("floor and ours do not agree")
