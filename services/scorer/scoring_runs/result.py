"""What a run found, ready to be stored: the scores with their explanations, the proposal, the canonical result file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Self
from uuid import UUID

from services.scorer.awards.give import Awarded
from services.scorer.finalists.pick import Picked
from services.scorer.ranking.rank import Standing
from services.scorer.scores.score import Explainer
from services.scorer.scoring_runs.outcome import Outcome
from services.scorer.scoring_runs.result_file import digest_of, result_file
from services.scorer.teams.rank_teams import TeamStanding
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


class ScoredTeam(NamedTuple):
    """One row of the table `team_scores`."""

    city_id: UUID
    position: int
    rank: int
    total: Decimal
    counted: int
    members: list[UUID]


class GivenAward(NamedTuple):
    """One row of the table `awards`."""

    position: int
    award: str
    title: str
    city_id: UUID
    contestant_id: UUID | None
    place: int
    seats: int | None


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run found."""

    scored: "ScoredContestants"
    finalists: list[Picked]
    shortages: dict[UUID, int]  # by city: how many streamers are missing
    teams: Sequence[TeamStanding]  # by position
    awards: Sequence[Awarded]  # in the rules' order, each by place
    file: bytes
    digest: str

    @classmethod
    def of(cls, rules: Rules, inputs: Sequence[str], outcome: Outcome) -> Self:
        """What was found, explained and put down in the result file."""
        file = result_file(rules, inputs, outcome)
        proposal = outcome.proposal
        return cls(
            scored=ScoredContestants(outcome.standings, rules),
            finalists=proposal.picked,
            shortages=proposal.shortages,
            teams=outcome.teams,
            awards=outcome.awards,
            file=file,
            digest=digest_of(file),
        )

    def scored_teams(self) -> list[ScoredTeam]:
        return [
            ScoredTeam(
                city_id=team.city_id,
                position=team.position,
                rank=team.rank,
                total=team.score,
                counted=team.counted,
                members=[member.score.contestant.contestant_id for member in team.members],
            )
            for team in self.teams
        ]

    def given_awards(self) -> list[GivenAward]:
        people = [standing.score.contestant for standing in self.scored.standings]
        cities = {one.contestant_id: one.city_id for one in people}
        return [
            GivenAward(
                position=position,
                award=one.award.key,
                title=one.award.title,
                city_id=cities.get(one.winner, one.winner),
                contestant_id=one.winner if one.winner in cities else None,
                place=one.place,
                seats=one.seats,
            )
            for position, one in enumerate(self.awards, 1)
        ]


class ScoredContestants:
    """The rows of `scores` by position, each explained when it is asked for: all at once would not fit into memory."""

    def __init__(self, standings: Sequence[Standing], rules: Rules) -> None:
        self.standings = standings
        self._explainer = Explainer(rules)

    def __len__(self) -> int:
        return len(self.standings)

    def __iter__(self) -> Iterator[ScoredContestant]:
        return map(self._explained, self.standings)

    def __getitem__(self, place: int) -> ScoredContestant:
        return self._explained(self.standings[place])

    def _explained(self, standing: Standing) -> ScoredContestant:
        score = standing.score
        return ScoredContestant(
            contestant_id=score.contestant.contestant_id,
            city_id=score.contestant.city_id,
            division=score.contestant.division,
            position=standing.position,
            rank=standing.rank,
            city_rank=standing.city_rank,
            division_rank=standing.division_rank,
            total=score.total,
            items=self._explainer.items(score),
            explanation=self._explainer.explanation(score),
        )
