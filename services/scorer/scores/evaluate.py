"""A whole run as one pure function: figures in, standings, proposal and canonical result file out.

measured   = measure(figures, rules, window)      metrics/measure.py
normalised = normalise(measured, rules)           scores/normalise.py
scores     = score(measured, normalised, rules)   scores/score.py
standings  = rank(scores, rules)                  ranking/rank.py
proposal   = pick(standings, rules.finalists)     finalists/pick.py
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.scorer.finalists.pick import Picked, Proposal, pick
from services.scorer.metrics.figures import Figures, Window
from services.scorer.metrics.measure import measure
from services.scorer.ranking.rank import Standing, rank
from services.scorer.scores.normalise import normalise
from services.scorer.scores.result_file import digest_of, result_file
from services.scorer.scores.score import Explainer, score
from services.shared.rules.model import Rules


@dataclass(frozen=True, slots=True)
class ScoredContestant:
    """One row of the table `scores`; `items` and `explanation` are ready to become JSON (`scores/score.py`)."""

    contestant_id: UUID
    city_id: UUID
    division: str  # key
    position: int
    rank: int
    city_rank: int
    division_rank: int
    total: Decimal
    items: list[dict[str, str]]
    explanation: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run found; `scored` is in the order of position."""

    scored: list[ScoredContestant]
    finalists: list[Picked]
    shortages: dict[UUID, int]  # by city: how many streamers are missing
    file: bytes
    digest: str


def evaluate(
    rules: Rules, rules_sha256: str, window: Window, upload_digests: Iterable[str], contestants: Iterable[Figures]
) -> RunResult:
    """The result of these contestants under these rules. Raises FiguresMissing where a `block` metric is unknown."""
    measured = measure(contestants, rules, window)
    scores = score(measured, normalise(measured, rules), rules)
    standings = rank(scores, rules)
    proposal = pick(standings, rules.finalists)
    return run_result(rules, rules_sha256, upload_digests, standings, proposal)


def run_result(
    rules: Rules, rules_sha256: str, upload_digests: Iterable[str], standings: list[Standing], proposal: Proposal
) -> RunResult:
    """What is kept of the five stages."""
    file = result_file(rules, rules_sha256, upload_digests, standings, proposal)
    return RunResult(explained(standings, rules), proposal.picked, proposal.shortages, file, digest_of(file))


def explained(standings: Iterable[Standing], rules: Rules) -> list[ScoredContestant]:
    """Standings as rows to store, each with its explanation."""
    explainer = Explainer(rules)
    return [
        ScoredContestant(
            contestant_id=standing.score.contestant.contestant_id,
            city_id=standing.score.contestant.city_id,
            division=standing.score.contestant.division,
            position=standing.position,
            rank=standing.rank,
            city_rank=standing.city_rank,
            division_rank=standing.division_rank,
            total=standing.score.total,
            items=explainer.items(standing.score),
            explanation=explainer.explanation(standing.score),
        )
        for standing in standings
    ]
