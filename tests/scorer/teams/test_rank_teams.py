"""A city's team score and the teams' ranks."""

from dataclasses import replace
from typing import Any

import pytest

from services.scorer.metrics.figures import Penalty
from services.scorer.ranking.rank import rank
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import score
from services.scorer.teams.rank_teams import rank_teams
from services.shared.exact import plain
from services.shared.vocabulary import PenaltyKind
from tests.scorer.contestants import an_id, measured, rules_with

METRIC = {"metric": "plays", "share": 100, "scale": "as-is", "missing": "zero"}


def teams(results: str, **scoring: Any) -> list[str]:
    """`"a9 a7 b8 b- c6!"`: city a's people with 9 and 7, city b's with 8 and without data, c's disqualified."""
    rules = rules_with({"ONE": (100, [METRIC])}, **({"teams": scoring} if scoring else {}))
    people = []
    for number, one in enumerate(results.split()):
        points = one[1:].rstrip("!")
        person = measured(f"{one}{number}", None if points == "-" else points, city=one[0])
        gone = (Penalty(PenaltyKind.DISQUALIFY, None, None),) if one.endswith("!") else ()
        people.append(replace(person, penalties=gone))
    standings = rank(score(people, normalise(people, rules), rules), rules)
    cities = {an_id(f"city {city}"): city for city in "abc"}
    found = rank_teams(standings, rules)
    assert [team.position for team in found] == list(range(1, len(found) + 1))
    return [f"{team.rank} {cities[team.city_id]} {plain(team.score)} of {team.counted}" for team in found]


@pytest.mark.parametrize(
    ("results", "scoring", "expected"),
    [
        ("a9 a7 b8 b8 c6", {"score": "sum"}, ["1 a 16.00 of 2", "2 b 16.00 of 2", "3 c 6.00 of 1"]),  # a has the 9
        ("a9 a7 a1 b8 b8", {"score": "mean"}, ["1 b 8.00 of 2", "2 a 5.67 of 3"]),
        ("a9 a7 a1 b8 b7", {"score": "sum", "best_n": 2}, ["1 a 16.00 of 2", "2 b 15.00 of 2"]),
        ("a9 a6 a1 b8 b8", {"score": "mean", "best_n": 1}, ["1 a 9.00 of 1", "2 b 8.00 of 1"]),
        ("a9 b9 c1", {"score": "sum"}, ["1 a 9.00 of 1", "1 b 9.00 of 1", "3 c 1.00 of 1"]),
        ("a9 a- b5 b5", {"score": "mean"}, ["1 b 5.00 of 2", "2 a 4.50 of 2"]),  # who has no data counts 0
        ("a9 a9! b10", {"score": "sum"}, ["1 b 10.00 of 1", "2 a 9.00 of 2"]),
    ],
)
def test_teams(results: str, scoring: dict[str, Any], expected: list[str]) -> None:
    assert teams(results, **scoring) == expected


def test_rules_without_teams_rank_none() -> None:
    assert teams("a9 b8") == []
