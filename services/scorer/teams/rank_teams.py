"""Standings → teams: the score of each city's people, and the teams' competition ranks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from services.scorer.ranking.rank import Standing
from services.shared.exact import ZERO, exactly, rounded
from services.shared.rules.awards import TeamScoring
from services.shared.rules.model import Rules


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """One city's team.

    members:  everybody of the city who takes part, by position; the first `counted` of them make the score
    position: 1 … n, each once; equals by their best member's account
    """

    city_id: UUID
    members: Sequence[Standing]
    counted: int
    score: Decimal
    position: int = 0
    rank: int = 0


def rank_teams(standings: Sequence[Standing], rules: Rules) -> list[TeamStanding]:
    """All teams by position; none where the rules know no teams. `standings` by position."""
    scoring = rules.teams
    if scoring is None:
        return []
    of_city: dict[UUID, list[Standing]] = defaultdict(list)
    for standing in standings:
        of_city[standing.score.contestant.city_id].append(standing)
    with exactly():
        teams = [_team(city_id, members, scoring, rules.places.total) for city_id, members in of_city.items()]
    teams.sort(key=lambda team: (_standing(team), team.members[0].position))
    found: list[TeamStanding] = []
    for _, equals in groupby(teams, key=_standing):
        rank = len(found) + 1
        found += [replace(team, position=position, rank=rank) for position, team in enumerate(equals, start=rank)]
    return found


def _team(city_id: UUID, members: Sequence[Standing], scoring: TeamScoring, places: int) -> TeamStanding:
    totals = [one.score.total if one.score.has_result else ZERO for one in members[: scoring.best_n]]
    worth = sum(totals, ZERO) / (len(totals) if scoring.score == "mean" else 1)
    return TeamStanding(city_id, members, len(totals), rounded(worth, places))


def _standing(team: TeamStanding) -> tuple[Decimal, int]:
    """Smaller stands higher; equal ones share a rank."""
    return team.score.copy_negate(), team.members[0].rank
