"""What a run found before it is put into words and files: everything between figures and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from services.scorer.awards.give import Awarded, give_awards
from services.scorer.finalists.pick import Proposal, pick
from services.scorer.ranking.rank import Standing
from services.scorer.teams.rank_teams import TeamStanding, rank_teams
from services.shared.rules.model import Rules


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who stands where, and what follows from it; everything by position."""

    standings: Sequence[Standing]
    proposal: Proposal
    teams: Sequence[TeamStanding]
    awards: Sequence[Awarded]

    @classmethod
    def of(cls, standings: Sequence[Standing], rules: Rules) -> Self:
        teams = rank_teams(standings, rules)
        return cls(standings, pick(standings, rules.finalists), teams, give_awards(standings, teams, rules))
