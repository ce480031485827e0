"""Competition ranks, tie keys, and who stands last."""

from typing import Any

from services.scorer.metrics.measure import Measured
from services.scorer.ranking.rank import Standing, rank
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import score
from tests.scorer.contestants import approved, measured, rules_with

PLAIN = {"scale": "as-is", "missing": "zero", "share": 100}


def ranked(*contestants: Measured, ties: list[str] | None = None, **stated: Any) -> list[Standing]:
    """Two items, each worth what its one metric counts."""
    items = {"ONE": (50, [PLAIN | {"metric": "plays"} | stated]), "TWO": (50, [PLAIN | {"metric": "viewers"}])}
    rules = rules_with(items, ties=ties or [])
    return rank(score(contestants, normalise(contestants, rules), rules), rules)


def ranks(standings: list[Standing]) -> list[tuple[str, int]]:
    return [(standing.score.contestant.handle, standing.rank) for standing in standings]


def test_equals_share_a_rank_and_the_next_one_is_left_out() -> None:
    standings = ranked(measured("c", 5, 0), measured("a", 9, 0), measured("d", 2, 0), measured("b", 5, 0))
    assert ranks(standings) == [("a", 1), ("b", 2), ("c", 2), ("d", 4)]
    assert [standing.position for standing in standings] == [1, 2, 3, 4]


def test_equals_are_listed_by_platform_and_handle() -> None:
    standings = ranked(measured("a", 5, 0, platform="KUAISHOU"), measured("z", 5, 0), measured("Z", 5, 0))
    assert ranks(standings) == [("Z", 1), ("z", 1), ("a", 1)]


def test_tie_keys_decide_in_their_order() -> None:
    one, two, three = measured("a", 5, 10), measured("b", 10, 5), measured("c", 8, 7)
    assert ranks(ranked(one, two, three)) == [("a", 1), ("b", 1), ("c", 1)]
    assert ranks(ranked(one, two, three, ties=["item TWO"])) == [("a", 1), ("c", 2), ("b", 3)]
    assert ranks(ranked(one, two, three, ties=["metric plays"])) == [("b", 1), ("c", 2), ("a", 3)]


def test_a_metric_decides_by_its_direction() -> None:
    lower = {"direction": "lower", "scale": "bands", "bands": [{"at_least": 0, "points": 1}], "missing": "exclude"}
    one, two = measured("a", 5, 1), measured("b", 10, 1)
    assert ranks(ranked(one, two, ties=["metric plays"], **lower)) == [("a", 1), ("b", 2)]


def test_what_is_unknown_decides_for_nobody() -> None:
    assert ranks(ranked(measured("a", None, 5), measured("b", 0, 5), ties=["metric plays"])) == [("b", 1), ("a", 2)]


def test_earlier_approval_stands_higher_and_none_last() -> None:
    late, early = measured("a", 5, 0, approved_at=approved(9)), measured("b", 5, 0, approved_at=approved(2))
    never = measured("A", 5, 0)
    assert ranks(ranked(never, late, early, ties=["earlier approval"])) == [("b", 1), ("a", 2), ("A", 3)]


def test_ties_are_decided_at_the_declared_decimals() -> None:
    # Both print 4.00: what nobody sees must not part them.
    contestants = measured("a", "4.001", 0), measured("b", "4.004", 0)
    assert ranks(ranked(*contestants, decimals=2)) == [("a", 1), ("b", 1)]


def test_who_has_no_data_comes_last_with_equal_ranks() -> None:
    standings = ranked(
        measured("a", None, None, approved_at=approved(1)), measured("b", -3, 0), measured("c", None, None)
    )
    assert ranks(standings) == [("b", 1), ("a", 2), ("c", 2)]


def test_ranks_in_the_city_and_in_the_division() -> None:
    standings = ranked(
        measured("a", 9, 0, city=1, division="trainee"),
        measured("b", 8, 0, city=2, division="trainee"),
        measured("c", 8, 0, city=1, division="family"),
        measured("d", 7, 0, city=2, division="trainee"),
        measured("e", 7, 0, city=1, division="family"),
    )
    found = [(one.score.contestant.handle, one.rank, one.city_rank, one.division_rank) for one in standings]
    assert found == [("a", 1, 1, 1), ("b", 2, 1, 2), ("c", 2, 2, 1), ("d", 4, 2, 3), ("e", 4, 3, 2)]
