"""Metrics → outcome, the arithmetic of a run on one screen: admit → normalise → score → rank → pick, teams, awards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from services.scorer.awards.give import Awarded, give_awards
from services.scorer.finalists.pick import Proposal, pick
from services.scorer.metrics.measure import Measured
from services.scorer.ranking.rank import Standing, rank
from services.scorer.scores.admit import admit
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import score
from services.scorer.teams.rank_teams import TeamStanding, rank_teams
from services.shared.rules.model import Rules
from services.shared.vocabulary import RunStage

Passed = Callable[[RunStage], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found before it is put into words and files: who stands where, and what follows from it."""

    standings: Sequence[Standing]  # by position
    proposal: Proposal
    teams: Sequence[TeamStanding]
    awards: Sequence[Awarded]

    @classmethod
    def of(cls, measured: Sequence[Measured], rules: Rules, passed: Passed = lambda _: None) -> Self:
        """`passed` is told of each stage that is behind. Raises FiguresMissing where a `block` metric is unknown."""
        admitted = admit(measured, rules)
        passed(RunStage.MEASURE)
        normalised = normalise(admitted, rules)
        passed(RunStage.NORMALISE)
        scores = score(admitted, normalised, rules)
        passed(RunStage.SCORE)
        standings = rank(scores, rules)
        passed(RunStage.RANK)
        teams = rank_teams(standings, rules)
        found = cls(standings, pick(standings, rules.finalists), teams, give_awards(standings, teams, rules))
        passed(RunStage.PICK)
        return found
