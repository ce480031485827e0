"""Who gets which prize; written as results from the best down and awards as `title×places`."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from services.scorer.awards.give import give_awards
from services.scorer.ranking.rank import Standing, rank
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import score
from services.scorer.teams.rank_teams import rank_teams
from services.shared.rules.model import Rules
from tests.scorer.contestants import an_id, measured, rules_with

DIVISIONS = {"t": "trainee", "v": "veteran"}
METRIC = {"metric": "plays", "share": 100, "scale": "as-is", "missing": "zero"}


def rules(awards: Sequence[Mapping[str, Any]], **top: Any) -> Rules:
    usual = {"of": "person", "tie_at_cut": "person decides"}
    stated = [{**usual, "key": f"A{number}", "title": f"{number}", **award} for number, award in enumerate(awards, 1)]
    return rules_with({"ONE": (100, [METRIC])}, awards=stated, **top)


def standings(results: str, of: Rules) -> list[Standing]:
    """`"t9 v8 v8' t-"`: a trainee with 9 points, two veterans with 8, a trainee without data."""
    people = [
        measured(one, None if one[1:] == "-" else one[1:].rstrip("'"), division=DIVISIONS[one[0]], city=one[0])
        for one in results.split()
    ]
    return rank(score(people, normalise(people, of), of), of)


def given(results: str, of: Rules) -> dict[str, str]:
    """Award → its winners in order, `?n` behind those tied for n prizes."""
    found = standings(results, of)
    names = {an_id(one.score.contestant.handle): one.score.contestant.handle for one in found}
    names |= {an_id(f"city {city}"): city for city in DIVISIONS}
    told: dict[str, list[str]] = {}
    for one in give_awards(found, rank_teams(found, of), of):
        told.setdefault(one.award.title, []).append(names[one.winner] + ("" if one.seats is None else f"?{one.seats}"))
    return {title: " ".join(winners) for title, winners in told.items()}


@pytest.mark.parametrize(
    ("results", "places", "expected"),
    [
        ("t9 v8 t7 v6", [1, 2], {"1": "t9", "2": "v8 t7"}),
        ("t9 v8", [1, 2], {"1": "t9", "2": "v8"}),  # a place stays empty
        ("t9 v-", [1, 2], {"1": "t9"}),  # nothing for nothing
        ("t9 v0", [2], {"1": "t9"}),
        ("t9 t9' v8", [2, 1], {"1": "t9 t9'", "2": "v8"}),  # equals who all fit are no tie
        # One of the two equals gets the first prize, the other one the first of the second prizes.
        ("t9 t9' v8 v7", [1, 2], {"1": "t9?1 t9'?1", "2": "t9?1 t9'?1 v8"}),
        # Three equals, one first prize and one second: the third of them takes a third prize.
        ("t9 t9' v9 v8 v7", [1, 1, 2], {"1": "t9?1 t9'?1 v9?1", "2": "t9?1 t9'?1 v9?1", "3": "t9?1 t9'?1 v9?1 v8"}),
    ],
)
def test_awards_share_out_one_ranking(results: str, places: list[int], expected: dict[str, str]) -> None:
    assert given(results, rules([{"places": count} for count in places])) == expected


@pytest.mark.parametrize(
    ("tie_at_cut", "expected"),
    [
        ("all in", {"1": "t9 t9'", "2": "v8 v7"}),
        ("none", {"2": "t9 t9'"}),
        ("person decides", {"1": "t9?1 t9'?1", "2": "t9?1 t9'?1 v8"}),
    ],
)
def test_a_tie_at_the_cut(tie_at_cut: str, expected: dict[str, str]) -> None:
    awards = [{"places": 1, "tie_at_cut": tie_at_cut}, {"places": 2, "tie_at_cut": tie_at_cut}]
    assert given("t9 t9' v8 v7", rules(awards)) == expected


@pytest.mark.parametrize("by", ["total", "item ONE"])
def test_equals_stand_in_the_order_of_their_accounts_whatever_their_ids(by: str) -> None:
    equals = "t9 t9' t9'' v9 v9' v9''"
    assert given(equals, rules([{"places": 6, "by": by}])) == {"1": equals}


def test_a_percentage_is_rounded_up_and_counts_who_could_have_it() -> None:
    assert given("t9 t8 t7 t6 t- t0", rules([{"percent": 26}])) == {"1": "t9 t8"}
    assert given("t9 t8 v7 v6 v5", rules([{"percent": 34, "division": "veteran"}])) == {"1": "v7 v6"}


THREE_RANKINGS: list[dict[str, Any]] = [
    {"places": 1},
    {"places": 1, "division": "veteran"},
    {"places": 1, "by": "item ONE"},
]


def test_rankings_of_their_own_begin_at_their_best() -> None:
    assert given("v9 t8 v7", rules(THREE_RANKINGS)) == {"1": "v9", "2": "v9", "3": "v9"}


def test_with_one_award_per_person_the_others_move_up() -> None:
    assert given("v9 t8 v7", rules(THREE_RANKINGS, one_award_per_person=True)) == {"1": "v9", "2": "v7", "3": "t8"}


def test_team_awards_are_beside_those_of_people() -> None:
    awards: list[dict[str, Any]] = [{"places": 1}, {"places": 1, "of": "team"}, {"places": 1, "of": "team"}]
    found = rules(awards, one_award_per_person=True, teams={"score": "mean"})
    assert given("t9 v8 v7 t1", found) == {"1": "t9", "2": "v", "3": "t"}
