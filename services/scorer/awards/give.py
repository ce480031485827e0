"""Standings → awards: who gets which prize, by place or share, and who is tied for one."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import ceil
from operator import itemgetter
from uuid import UUID

from services.scorer.ranking.rank import Standing
from services.scorer.teams.rank_teams import TeamStanding
from services.shared.exact import HUNDRED, exactly
from services.shared.rules.awards import Award
from services.shared.rules.model import Rules


@dataclass(frozen=True, slots=True)
class Awarded:
    """Who gets an award, or is tied for it.

    winner: the contestant, or the city whose team it is
    place:  among those who could have it, as competition ranks go
    seats:  so many of those tied get it, a person decides who, the others are tied for the next award as well; None
            where it is theirs
    """

    award: Award
    winner: UUID
    place: int
    seats: int | None = None


def give_awards(standings: Sequence[Standing], teams: Sequence[TeamStanding], rules: Rules) -> list[Awarded]:
    """All awards in the rules' order, each by place. `standings` and `teams` by position."""
    found: list[Awarded] = []
    rankings: dict[object, _Ranking] = {}
    for award in rules.awards:
        if award.ranking not in rankings:
            rankings[award.ranking] = _Ranking(_candidates(award, standings, teams, rules))
        passed_over = {one.winner for one in found} if rules.one_award_per_person else set()
        found += rankings[award.ranking].share_out(award, passed_over)
    return found


Candidate = tuple[tuple[Decimal | int, ...], UUID]  # smaller stands higher; equal keys share a place


def _candidates(
    award: Award, standings: Sequence[Standing], teams: Sequence[TeamStanding], rules: Rules
) -> list[Candidate]:
    """Who could have it, the best first: nobody without a valid result, and nobody for 0 points.

    Equals stay in the order of positions: an id of ours would give another file elsewhere.
    """
    if award.of == "team":
        return [((team.rank,), team.city_id) for team in teams if team.score > 0]
    people = [
        one for one in standings if one.score.has_result and award.division in (None, one.score.contestant.division)
    ]
    if award.item is None:
        return [((one.rank,), one.score.contestant.contestant_id) for one in people if one.score.total > 0]
    item = list(rules.items).index(award.item)
    points = [(one.score.items[item], one) for one in people]
    found = [
        ((worth.copy_negate(), one.rank), one.score.contestant.contestant_id) for worth, one in points if worth > 0
    ]
    return sorted(found, key=itemgetter(0))


class _Ranking:
    """What awards share out: each goes on where the one above it ended."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.size = len(candidates)
        self.tied: tuple[int, list[UUID]] = (0, [])  # for the last award with a tie, with their place
        self.owed = 0  # so many of those get a prize of the next awards
        self.groups: list[tuple[int, list[UUID]]] = []  # of equals who wait, with their place
        place = 1
        for _, equals in groupby(candidates, key=lambda candidate: candidate[0]):
            winners = [winner for _, winner in equals]
            self.groups.append((place, winners))
            place += len(winners)

    def share_out(self, award: Award, passed_over: Container[UUID]) -> Iterator[Awarded]:
        seats = self._seats(award)
        kept_back = min(self.owed, seats)
        if kept_back:
            place, equals = self.tied
            yield from (Awarded(award, winner, place, kept_back) for winner in equals)
        self.owed -= kept_back
        seats -= kept_back
        while seats > 0 and self.groups:
            place, equals = self.groups.pop(0)
            winners = [winner for winner in equals if winner not in passed_over]
            fits = len(winners) <= seats or award.tie_at_cut == "all in"
            if award.tie_at_cut == "none" and not fits:
                self.groups.insert(0, (place, winners))
                return
            yield from (Awarded(award, winner, place, None if fits else seats) for winner in winners)
            if not fits:
                self.tied, self.owed = (place, winners), len(winners) - seats
            seats -= len(winners)

    def _seats(self, award: Award) -> int:
        if award.percent is None:
            return award.places or 0
        with exactly():
            return ceil(self.size * award.percent / HUNDRED)
