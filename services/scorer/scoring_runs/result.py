"""What a run found, ready to be stored: the scores with their explanations, the proposal, the canonical result file."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from services.scorer.finalists.pick import Picked, Proposal
from services.scorer.ranking.rank import Standing
from services.scorer.scores.score import Explainer
from services.scorer.scoring_runs.result_file import digest_of, result_file
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

    @classmethod
    def of(
        cls,
        rules: Rules,
        rules_sha256: str,
        upload_digests: Iterable[str],
        standings: list[Standing],
        proposal: Proposal,
    ) -> Self:
        """Standings explained and put down in the result file."""
        file = result_file(rules, rules_sha256, upload_digests, standings, proposal)
        return cls(_explained(standings, rules), proposal.picked, proposal.shortages, file, digest_of(file))


def _explained(standings: Iterable[Standing], rules: Rules) -> list[ScoredContestant]:
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
