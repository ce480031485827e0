"""Who is proposed in a city, and why; written as a city's results from the best down."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.scorer.finalists.pick import Proposal, Reason, pick
from services.scorer.metrics.figures import Penalty
from services.scorer.ranking.rank import Standing, rank
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import score
from services.shared.rules.model import FinalistPolicy
from services.shared.vocabulary import PenaltyKind, Place
from services.shared.words import FOLDERS, Language, put
from tests.scorer.contestants import an_id, measured, rules_with

RULES = rules_with({"ONE": (100, [{"metric": "plays", "share": 100, "scale": "as-is", "missing": "zero"}])})
DIVISIONS = {"t": "trainee", "v": "veteran", "f": "family"}


def city(results: str, number: int = 1) -> list[Standing]:
    """`"t9 v8 f8 t-"`: a trainee with 9 points, a veteran and a family member with 8, a trainee without data."""
    contestants = [
        measured(
            result, None if result[1:] == "-" else result[1:].rstrip("'"), city=number, division=DIVISIONS[result[0]]
        )
        for result in results.split()
    ]
    return rank(score(contestants, normalise(contestants, RULES), RULES), RULES)


def policy(places: int, minimum: int = 1, **others: Any) -> FinalistPolicy:
    return FinalistPolicy.model_validate({"places": places, "minimum": minimum, "tie_at_cut": "none"} | others)


def shown(proposal: Proposal) -> dict[str, str]:
    """Place → its people in order."""
    of_id = {an_id(handle): handle for handle in HANDLES}
    found: dict[str, str] = {}
    for picked in proposal.picked:
        before = found.get(picked.place, "")
        assert picked.position == len(before.split()) + 1
        found[picked.place] = f"{before} {of_id[picked.contestant_id]}".strip()
    return found


HANDLES = [
    f"{division}{points}{mark}" for division in "tvf" for points in [*range(20), "-"] for mark in ("", "'", "''")
]


def test_without_a_policy_nobody_is_proposed() -> None:
    assert pick(city("t9"), None) == Proposal()


def test_the_best_of_the_city_and_the_others_as_reserves() -> None:
    proposal = pick(city("t9 v8 f7 t6 v5"), policy(3))
    assert shown(proposal) == {"STREAMER": "t9 v8 f7", "RESERVE": "t6 v5"}
    assert proposal.picked[0].reason == Reason("FINALIST_BY_RANK", {"city_rank": 1, "total": "9.00"})
    assert proposal.picked[3].reason == Reason("RESERVE_BY_RANK", {"city_rank": 4, "total": "6.00"})


def test_preferred_places_are_filled_first_and_the_list_stays_in_rank_order() -> None:
    prefer = [{"division": "family", "places": 1}, {"division": "trainee", "places": 2}]
    proposal = pick(city("v9 v8 t7 v6 f2 t1"), policy(4, prefer=prefer))
    assert shown(proposal) == {"STREAMER": "v9 t7 f2 t1", "RESERVE": "v8 v6"}
    assert proposal.picked[2].reason == Reason(
        "FINALIST_PREFERRED", {"city_rank": 5, "total": "2.00", "division": "family"}
    )


def test_preferred_places_nobody_can_fill_go_to_everyone() -> None:
    prefer = [{"division": "family", "places": 2}]
    assert shown(pick(city("v9 v8 t7"), policy(2, prefer=prefer))) == {"STREAMER": "v9 v8", "RESERVE": "t7"}


def test_a_division_may_be_preferred_twice() -> None:
    prefer = [{"division": name, "places": 1} for name in ("trainee", "veteran", "trainee")]
    proposal = pick(city("f9 f8 v7 t3 t2 t1"), policy(4, prefer=prefer))
    assert shown(proposal) == {"STREAMER": "f9 v7 t3 t2", "RESERVE": "f8 t1"}


def test_fewer_than_the_minimum_is_a_shortage_and_nobody_without_data_fills_it() -> None:
    proposal = pick(city("t9 v8 t- v-"), policy(6, minimum=4))
    assert shown(proposal) == {"STREAMER": "t9 v8"}
    assert proposal.shortages == {an_id("city 1"): 2}


def test_a_city_in_which_nobody_has_data_is_short_of_everyone() -> None:
    proposal = pick(city("t- v-"), policy(6, minimum=4))
    assert (proposal.picked, proposal.shortages) == ([], {an_id("city 1"): 4})


def test_equals_who_all_fit_are_no_tie() -> None:
    assert shown(pick(city("t9 v8 f8 t6"), policy(3, tie_at_cut="person decides"))) == {
        "STREAMER": "t9 f8 v8",
        "RESERVE": "t6",
    }


@pytest.mark.parametrize(
    ("stated", "expected", "reason"),
    [
        ({"tie_at_cut": "none"}, {"STREAMER": "t9", "RESERVE": "f8 t8 v8 t6"}, "RESERVE_TIED_NONE_IN"),
        (
            {"tie_at_cut": "person decides"},
            {"STREAMER": "t9", "TIED": "f8 t8 v8", "RESERVE": "t6"},
            "TIED_PERSON_DECIDES",
        ),
        ({"tie_at_cut": "all in", "maximum": 4}, {"STREAMER": "t9 f8 t8 v8", "RESERVE": "t6"}, "FINALIST_TIED_ALL_IN"),
        # Too many even for the maximum: who of them is left to a person.
        (
            {"tie_at_cut": "all in", "maximum": 3},
            {"STREAMER": "t9", "TIED": "f8 t8 v8", "RESERVE": "t6"},
            "TIED_PERSON_DECIDES",
        ),
    ],
)
def test_a_tie_across_the_cut(stated: dict[str, Any], expected: dict[str, str], reason: str) -> None:
    proposal = pick(city("t9 v8 f8 t8 t6"), policy(2, minimum=2, **stated))
    assert shown(proposal) == expected
    assert proposal.picked[1].reason == Reason(reason, {"city_rank": 2, "total": "8.00", "seats": 1, "count": 3})
    streamers = len(expected["STREAMER"].split())
    assert proposal.shortages == {an_id("city 1"): max(0, 2 - streamers)}


def test_a_tie_inside_a_preferred_division_only_concerns_that_division() -> None:
    prefer = [{"division": "trainee", "places": 1}]
    proposal = pick(city("v9 t5 t5' v5"), policy(2, prefer=prefer, tie_at_cut="person decides"))
    assert shown(proposal) == {"STREAMER": "v9", "TIED": "t5 t5'", "RESERVE": "v5"}


def test_which_of_two_equals_got_the_preferred_place_must_not_matter() -> None:
    # t5 and t5' hold the preferred and the open place; v5 is their equal, and any of the three could hold the open one.
    prefer = [{"division": "trainee", "places": 1}]
    proposal = pick(city("v9 t5 t5' v5"), policy(3, prefer=prefer, tie_at_cut="person decides"))
    assert shown(proposal) == {"STREAMER": "v9", "TIED": "t5 t5' v5"}
    assert proposal.picked[1].reason.parameters["seats"] == 2


def test_an_equal_whose_preferred_place_nobody_else_could_hold_is_in() -> None:
    prefer = [{"division": "family", "places": 1}]
    proposal = pick(city("v5 t5 f5"), policy(2, prefer=prefer, tie_at_cut="person decides"))
    assert shown(proposal) == {"STREAMER": "f5", "TIED": "t5 v5"}


def test_so_many_reserves_and_whoever_equals_the_last() -> None:
    assert shown(pick(city("t9 v8 f7 t7 v6"), policy(1, reserves=2)))["RESERVE"] == "v8 f7 t7"
    assert "RESERVE" not in shown(pick(city("t9 v8"), policy(1, reserves=0)))


def test_nobody_below_the_minimum_score_is_proposed_and_the_city_is_short() -> None:
    proposal = pick(city("t9 v8 f7.99 t1"), policy(3, minimum=3, minimum_score=Decimal(8)))
    assert shown(proposal) == {"STREAMER": "t9 v8"}
    assert proposal.shortages == {an_id("city 1"): 1}


@pytest.mark.parametrize(("percent", "proposed"), [("33.33", {"a", "b"}), ("33.34", {"a"}), ("100", {"a"})])
def test_nobody_of_whom_too_little_is_known_is_proposed(percent: str, proposed: set[str]) -> None:
    metrics = [
        {"metric": name, "share": share, "scale": "as-is", "missing": "zero"}
        for name, share in (("plays", 50), ("likes", 25), ("viewers", 25))
    ]
    rules = rules_with({"ONE": (100, metrics)})
    people = [measured("a", 1, 1, 1), measured("b", 9, None, None), measured("c", None, None, None)]
    standings = rank(score(people, normalise(people, rules), rules), rules)
    picked = pick(standings, policy(3, minimum_data=Decimal(percent))).picked
    assert {one.contestant_id for one in picked} == {an_id(handle) for handle in proposed}


def test_a_void_result_is_not_proposed() -> None:
    people = [standing.score.contestant for standing in city("t9 v8 f7")]
    people[0] = replace(people[0], penalties=(Penalty(PenaltyKind.DISQUALIFY, None, None),))
    standings = rank(score(people, normalise(people, RULES), RULES), RULES)
    assert shown(pick(standings, policy(1))) == {"STREAMER": "v8", "RESERVE": "f7"}


def test_every_city_has_its_own_proposal() -> None:
    contestants = [
        measured(handle, Decimal(handle[1:]), city=number, division="trainee")
        for handle, number in (("t9", 1), ("t8", 2), ("t7", 1), ("t6", 2))
    ]
    standings = rank(score(contestants, normalise(contestants, RULES), RULES), RULES)
    proposal = pick(standings, policy(1, minimum=1))
    streamers = {picked.city_id: picked.contestant_id for picked in proposal.picked if picked.place is Place.STREAMER}
    assert streamers == {an_id("city 1"): an_id("t9"), an_id("city 2"): an_id("t8")}


@pytest.mark.parametrize("language", Language)
def test_every_reason_has_a_sentence(language: Language) -> None:
    stated: list[dict[str, Any]] = [
        {"tie_at_cut": "none"},
        {"tie_at_cut": "person decides"},
        {"tie_at_cut": "all in", "maximum": 9},
    ]
    codes = set()
    for one in stated:
        prefer = [{"division": "trainee", "places": 1}]
        for picked in pick(city("t9 v8 f7 t7 v6"), policy(3, prefer=prefer, **one)).picked:
            codes.add(picked.reason.code)
            assert "{" not in put(picked.reason.code, picked.reason.parameters, language)
    results = tomllib.loads((FOLDERS[language] / "results.toml").read_text(encoding="utf-8"))
    assert codes == set(results["finalists"])
