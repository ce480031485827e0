"""The job that compares a run with another, or with a what-if: other rules over what the run saw.

A what-if is evaluated here and kept nowhere: no row of it can be counted, listed, adopted or told of.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from services.scorer.comparisons import store
from services.scorer.comparisons.causes import causes, item_changes
from services.scorer.comparisons.compare import Change, Outcome, compare, count_moves
from services.scorer.comparisons.prizes import MOST_AWARDS, TeamOutcome, award_changes, team_changes
from services.scorer.comparisons.store import Comparison, Located, Row
from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.metrics.store import Extent
from services.scorer.pipeline import evaluated, uncollected
from services.scorer.scores.normalise import FiguresMissing
from services.scorer.scoring_runs import store as runs
from services.scorer.scoring_runs.result import ScoredContestants, ScoredTeam
from services.scorer.scoring_runs.store import Run
from services.shared.awards.settle import Prize, Settled, settle
from services.shared.awards.store import find_awards
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.exact import plain
from services.shared.problems import Problem
from services.shared.rules.changes import MetricPlace, changed_metrics, rule_changes
from services.shared.rules.check import InvalidRules, parse_rules
from services.shared.rules.model import Rules
from services.shared.scoring_runs.start import CannotStartError, pin
from services.shared.vocabulary import ComparisonState

_BATCH = 1000  # people whose explanations are in memory at once


@dataclass(frozen=True)
class Result:
    """One side. `scored` is of a what-if; the explanations of a run lie in the database."""

    run: Run
    rules: Rules
    located: Mapping[UUID, Located]
    teams: Mapping[UUID, TeamOutcome]
    awards: Sequence[Settled]
    scored: ScoredContestants | None = None

    @property
    def outcomes(self) -> dict[UUID, Outcome]:
        return {who: located.outcome for who, located in self.located.items()}

    async def explain(self, connection: Connection, people: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """The way to these people's points."""
        if self.scored is None:
            return await store.list_explanations(connection, self.run.id, people)
        return {who: self.scored[self._places[who]].explanation for who in people if who in self._places}

    @cached_property
    def _places(self) -> Mapping[UUID, int]:
        """Where everybody stands in `scored`, which `located` is in the order of."""
        return {who: place for place, who in enumerate(self.located)}


async def compare_runs(scorer: Scorer, job: Job) -> None:
    """Brings a comparison to its end: READY, or FAILED where the what-if's rules do not allow a result."""
    asked = await store.begin_comparison(scorer.pool, job.subject_id)
    if asked is None:
        async with _ending(scorer, job):
            return
    try:
        base = await _result_of(scorer, asked.base_run_id)
        other = await (_result_of(scorer, asked.other_run_id) if asked.other_run_id else _what_if(scorer, asked, base))
    except (FiguresMissing, InvalidRules, CannotStartError) as error:
        async with _ending(scorer, job) as connection:
            await store.fail_comparison(connection, asked.id, _problem(error))
        await publish(scorer.redis, asked.id, state=ComparisonState.FAILED)
        return
    changes = await asyncio.to_thread(compare, base.outcomes, other.outcomes)
    fault(FaultPoint.COMPARISON_COMPARED)
    async with _ending(scorer, job) as connection:
        with uncollected():
            changed = await _write(connection, asked.id, changes, base, other)
        await store.end_comparison(connection, asked.id, await _summary(connection, changes, changed, base, other))
    await publish(scorer.redis, asked.id, state=ComparisonState.READY)


def _problem(error: FiguresMissing | InvalidRules | CannotStartError) -> Problem:
    return Problem(error.code, {**error.parameters}) if isinstance(error, CannotStartError) else error.problems[0]


async def _result_of(scorer: Scorer, run_id: UUID) -> Result:
    async with scorer.pool.acquire() as connection:
        run = await runs.find_run(connection, run_id)
        if run is None:
            raise LookupError(run_id)  # only scored runs are compared, and those stay
        rules, located = parse_rules(run.rules_document), await store.list_outcomes(connection, run_id)
        teams = await runs.stored_teams(connection, run_id)
        return Result(run, rules, located, _teams(teams), await find_awards(connection, run_id))


def _teams(teams: Sequence[ScoredTeam]) -> dict[UUID, TeamOutcome]:
    return {team.city_id: TeamOutcome(team.rank, team.total) for team in teams}


async def _what_if(scorer: Scorer, asked: Comparison, base: Result) -> Result:
    document = asked.rules_document or ""
    rules, digest = parse_rules(document), hashlib.sha256(document.encode()).hexdigest()
    async with scorer.pool.acquire() as connection:
        extent = await _extent(connection, base, rules)
        divisions = await runs.division_ids(connection, asked.contest_id)
    run = replace(base.run, id=asked.id, extent=extent, rules_document=document, rules_sha256=digest)
    found = await evaluated(scorer, run)
    places = {picked.contestant_id: picked.place for picked in found.finalists}
    located = {
        one.score.contestant.contestant_id: Located(
            Outcome(
                *(one.score.total, one.rank, one.city_rank, one.division_rank),
                places.get(one.score.contestant.contestant_id),
            ),
            one.score.contestant.city_id,
            divisions[one.score.contestant.division],
        )
        for one in found.scored.standings
    }
    awards = settle([Prize(*given[1:]) for given in found.given_awards()], {})
    return Result(run, rules, located, _teams(found.scored_teams()), awards, found.scored)


async def _extent(connection: Connection, base: Result, rules: Rules) -> Extent:
    """What the run saw; who takes part and what is carried over as it is now, where these rules say it differently."""
    extent, before = base.run.extent, base.rules
    if rules.entry == before.entry and rules.carried_rounds == before.carried_rounds:
        return extent
    pins = await pin(connection, extent.contest_id, rules)
    return replace(
        extent,
        participants=extent.participants if rules.entry == before.entry else pins.participants,
        carried_runs=extent.carried_runs if rules.carried_rounds == before.carried_rounds else pins.carried_runs,
    )


async def _write(
    connection: Connection, comparison_id: UUID, changes: Sequence[Change], base: Result, other: Result
) -> int:
    """Adds the row of everybody for whom the two differ; answers how many those are."""
    changed_rules = changed_metrics(base.rules, other.rules)
    written = 0
    for start in range(0, len(changes), _BATCH):
        batch = changes[start : start + _BATCH]
        rows = await _rows(connection, batch, base, other, changed_rules)
        await store.write_rows(connection, comparison_id, rows, first=written + 1)
        written += len(rows)
    return written


async def _rows(
    connection: Connection, batch: Sequence[Change], base: Result, other: Result, changed_rules: frozenset[MetricPlace]
) -> list[Row]:
    people = [change.contestant_id for change in batch]
    before, after = await base.explain(connection, people), await other.explain(connection, people)
    uploads = await store.list_upload_changes(connection, people, base.run.extent, other.run.extent)
    rows = []
    for change in batch:
        who = change.contestant_id
        located = other.located.get(who) or base.located[who]
        explained = (before[who], after[who]) if change.base and change.other else None
        items = item_changes(*explained) if explained else []
        why = causes(*explained, changed_rules) if explained else []
        if change.base != change.other or items or why:
            of = located.city_id, located.division_id
            rows.append(Row(change, *of, items, why, uploads.get(who, ())))
    return rows


async def _summary(
    connection: Connection, changes: Sequence[Change], changed: int, base: Result, other: Result
) -> dict[str, Any]:
    """As stored: `Moves`, how many rows differ, how many files are of one side only, which teams and
    awards change, what the rules say differently.
    """
    moves, awards = asdict(count_moves(changes)), award_changes(base.awards, other.awards)
    return {
        **moves,
        "most_points": plain(moves["most_points"]),
        "changed": changed,
        "uploads": await store.count_upload_changes(connection, base.run.extent, other.run.extent),
        "teams": team_changes(base.teams, other.teams),
        "awards_changed": len(awards),
        "awards": awards[:MOST_AWARDS],
        "rules": [asdict(change) for change in rule_changes(base.rules, other.rules)],
    }


@asynccontextmanager
async def _ending(scorer: Scorer, job: Job) -> AsyncIterator[Connection]:
    """A transaction that ends the job together with whatever is written in it."""
    async with scorer.pool.acquire() as connection, connection.transaction():
        yield connection
        await finish(connection, job)
        fault(FaultPoint.COMPARISON_BEFORE_COMMIT)
    fault(FaultPoint.COMPARISON_AFTER_COMMIT)
