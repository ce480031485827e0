"""Recomputes a run from the facts and compares: the digest, every stored row, and the base sums it was made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.scorer.metrics.store import carried_digests, contents_in_force
from services.scorer.pipeline import conclude
from services.scorer.scoring_runs import store
from services.scorer.scoring_runs.gather import gather
from services.scorer.scoring_runs.result import GivenAward, RunResult, ScoredContestant, ScoredTeam
from services.scorer.scoring_runs.store import Run
from services.shared.database.pool import Connection, Pool
from services.shared.personal_data import Vault
from services.shared.rules.check import parse_rules

Place = tuple[str, UUID | None]
"""A table, and whose row is the first in it that differs."""


_ORDER = frozenset({"position"})  # what tells how equals stand: by their accounts


class NotScoredError(Exception):
    """There is no such run, or it has not been scored."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first_difference`: whose stored rows are the first by position that differ from what the facts give, of
    contestants, then teams (their city), then awards (who has it)."""

    stored_digest: str
    computed_digest: str
    first_difference: UUID | None
    table: str | None = None  # in which table it is

    @property
    def holds(self) -> bool:
        """Whether the stored result is what the facts give."""
        return self.stored_digest == self.computed_digest and self.first_difference is None


async def verify(pool: Pool, run_id: UUID, vault: Vault | None = None, *, in_order: bool = True) -> Verdict:
    """Computes a scored run once more, its order sums from the order lines themselves. Raises NotScoredError.

    Without the vault the result of people who have been erased since comes out under their marks. Not `in_order`:
    equals, who stand in the order of their accounts, may then stand otherwise.
    """
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        run, result = await recompute(connection, run_id, vault)
        scores = await store.stored_scores(connection, run_id)
        finalists = await store.stored_finalists(connection, run_id)
        teams = await store.stored_teams(connection, run_id)
        awards = await store.stored_awards(connection, run_id)
    ignored = frozenset() if in_order else _ORDER
    differences = (
        _first_difference(result, scores, finalists, ignored),
        ("team_scores", _first_team(_teams(result.scored_teams(), ignored), _teams(teams, ignored))),
        ("awards", _first_award(_awards(result.given_awards(), ignored), _awards(awards, ignored))),
    )
    table, who = next(((table, who) for table, who in differences if who), (None, None))
    return Verdict(run.digest or "", result.digest, who, table)


async def recompute(connection: Connection, run_id: UUID, vault: Vault | None = None) -> tuple[Run, RunResult]:
    """A scored run, and what the facts give; the transaction should be repeatable read. Raises NotScoredError."""
    run = await store.find_run(connection, run_id)
    if run is None or run.digest is None:
        raise NotScoredError(run_id)
    rules = parse_rules(run.rules_document)
    gathered = await gather(connection, run.extent, rules, verifying=True, vault=vault)
    contents = await contents_in_force(connection, run.extent)
    carried = await carried_digests(connection, run.extent)
    return run, conclude(rules, run.rules_sha256, contents, gathered, carried)


def _first_difference(
    result: RunResult, scores: list[asyncpg.Record], finalists: list[asyncpg.Record], ignored: frozenset[str]
) -> Place:
    """By computed position; then rows that are stored and should not be."""
    stored = {row["contestant_id"]: _without(ignored, row) for row in scores}
    proposed = {row["contestant_id"]: _without(ignored, row) for row in finalists}
    places = {
        picked.contestant_id: {
            "contestant_id": picked.contestant_id,
            "city_id": picked.city_id,
            "place": picked.place.value,
            "position": picked.position,
            "reason": _as_stored(picked.reason.as_json()),
        }
        for picked in result.finalists
    }
    for one in result.scored:
        who = one.contestant_id
        if stored.pop(who, None) != _without(ignored, _row(one)):
            return "scores", who
        place = _without(ignored, places[who]) if who in places else None
        if proposed.pop(who, None) != place:
            return "finalists", who
    left = [*(("scores", who) for who in stored), *(("finalists", who) for who in proposed)]
    return left[0] if left else ("scores", None)


def _without(ignored: frozenset[str], row: Mapping[str, Any] | asyncpg.Record) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ignored}


def _teams(teams: Sequence[ScoredTeam], ignored: frozenset[str]) -> Sequence[ScoredTeam]:
    """Where order is to be ignored, in one that does not depend on accounts."""
    if not ignored:
        return teams
    return sorted(one._replace(position=0, members=sorted(one.members)) for one in teams)


def _awards(awards: Sequence[GivenAward], ignored: frozenset[str]) -> Sequence[GivenAward]:
    """Likewise."""
    if not ignored:
        return awards
    unplaced = (one._replace(position=0, place=0) for one in awards)
    return sorted(unplaced, key=lambda one: (one.award, one.contestant_id or one.city_id))


def _first_team(computed: Sequence[ScoredTeam], stored: Sequence[ScoredTeam]) -> UUID | None:
    pairs = zip_longest(computed, stored)
    return next((one.city_id for pair in pairs if pair[0] != pair[1] for one in pair if one), None)


def _first_award(computed: Sequence[GivenAward], stored: Sequence[GivenAward]) -> UUID | None:
    pairs = zip_longest(computed, stored)
    return next((one.contestant_id or one.city_id for pair in pairs if pair[0] != pair[1] for one in pair if one), None)


def _row(one: ScoredContestant) -> dict[str, Any]:
    return {
        "contestant_id": one.contestant_id,
        "city_id": one.city_id,
        "division": one.division,
        "position": one.position,
        "rank": one.rank,
        "city_rank": one.city_rank,
        "division_rank": one.division_rank,
        "total": one.total,
        "items": _as_stored(one.items),
        "explanation": _as_stored(one.explanation),
    }


def _as_stored(value: object) -> Any:
    """A JSON value as it comes back from the database."""
    return orjson.loads(orjson.dumps(value))
