"""What holds for every contest: two implementations agree, row order and units never matter, ranks follow totals."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scorer.metrics.measure import Measured
from services.scorer.ranking.rank import Standing, rank
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import Explainer, score
from services.scorer.scoring_runs.outcome import Outcome
from services.scorer.scoring_runs.result_file import result_file
from services.shared.rules.model import Rules
from services.shared.vocabulary import Platform
from tests.scorer.contestants import an_id, approved, measured, rules_with
from tests.scorer.scores.slow import score_all

BANDS = [{"at_least": -5, "points": 1}, {"at_least": 10, "points": 2.5}, {"at_least": 1000, "points": 5}]
METRICS = ["plays", "likes", "net_follower_gain", "sessions", "viewers", "hours_live"]

comparing = st.fixed_dictionaries(
    {
        "scale": st.sampled_from(["ratio", "log", "percentile", "min-max"]),
        "field": st.sampled_from(["round", "division", "city", "platform"]),
    }
)
stepping = st.fixed_dictionaries(
    {
        "scale": st.just("step-down"),
        "field": st.sampled_from(["round", "division", "city", "platform"]),
        "step": st.sampled_from([Decimal("0.5"), Decimal("1.25")]),
        "floor": st.sampled_from([0, 1]),
    }
)
absolute = st.one_of(
    st.just({"scale": "bands", "bands": BANDS}),
    st.just({"scale": "as-is"}),
    st.builds(lambda most: {"scale": "as-is", "max_points": most}, st.integers(1, 5)),
    st.builds(lambda per: {"scale": "points-per-n", "per": per, "points": Decimal("0.7")}, st.integers(1, 300)),
)
common = st.builds(
    lambda missing, cap: {"missing": missing} | ({} if cap is None else {"cap": cap}),
    st.sampled_from(["zero", "exclude"]),
    st.none() | st.integers(1, 3000),
)


@st.composite
def contest_rules(draw: st.DrawFn) -> Rules:
    names = draw(st.permutations(METRICS))
    items: dict[str, tuple[object, list[dict[str, Any]]]] = {}
    for key, weight, chosen, shares in (("ONE", 55, names[:3], (50, 30, 20)), ("TWO", 45, names[3:], (20, 20, 60))):
        metrics = []
        for name, share in zip(chosen, shares, strict=True):
            scale = draw(comparing | stepping | absolute)
            lower = {"direction": "lower", "missing": "exclude"}
            turns = scale["scale"] in ("percentile", "min-max", "step-down") and draw(st.booleans())
            metrics.append({"metric": name, "share": share} | draw(common) | scale | (lower if turns else {}))
        items[key] = (weight, metrics)
    ties = draw(st.permutations(["item TWO", f"metric {names[0]}", "earlier approval"]))
    policy = {
        "places": draw(st.integers(1, 4)),
        "minimum": 1,
        "maximum": 5,
        "tie_at_cut": draw(st.sampled_from(["all in", "none", "person decides"])),
        "prefer": [{"division": "family", "places": 1}],
    }
    return rules_with(items, ties=ties[: draw(st.integers(0, 3))], finalists=policy)


value = st.none() | st.integers(-20, 30) | st.integers(0, 10**7) | st.decimals(0, 5000, places=2)


@st.composite
def contests(draw: st.DrawFn) -> list[Measured]:
    count = draw(st.integers(1, 14))
    return [
        measured(
            f"h{index}",
            *([None] * 6 if draw(st.integers(0, 9)) == 0 else draw(st.lists(value, min_size=6, max_size=6))),
            city=draw(st.integers(1, 3)),
            division=draw(st.sampled_from(["trainee", "veteran", "family"])),
            platform=draw(st.sampled_from(["DOUYIN", "KUAISHOU"])),
            approved_at=draw(st.none() | st.builds(approved, st.integers(1, 3))),
        )
        for index in range(count)
    ]


def ranked(contestants: list[Measured], rules: Rules) -> list[Standing]:
    return rank(score(contestants, normalise(contestants, rules), rules), rules)


def file_of(contestants: list[Measured], rules: Rules) -> bytes:
    standings = ranked(contestants, rules)
    return result_file(rules, [], Outcome.of(standings, rules))


@settings(max_examples=150, deadline=None)
@given(contests(), contest_rules())
def test_two_implementations_agree(contestants: list[Measured], rules: Rules) -> None:
    found = {standing.score.contestant.handle: standing for standing in ranked(contestants, rules)}
    for expected in score_all(contestants, rules):
        standing = found[expected["who"].handle]
        assert [Fraction(points) for points in standing.score.items] == list(expected["items"].values())
        assert Fraction(standing.score.total) == expected["total"]
        ranks = standing.rank, standing.city_rank, standing.division_rank
        assert ranks == (expected["rank"], expected["city_rank"], expected["division_rank"])


@settings(max_examples=60, deadline=None)
@given(contests(), contest_rules(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(contestants: list[Measured], rules: Rules, random: Any) -> None:
    shuffled = random.sample(contestants, len(contestants))
    assert file_of(shuffled, rules) == file_of(contestants, rules)


@pytest.mark.parametrize("scale", ["ratio", "percentile", "min-max", "step-down"])
@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-50, 10**6), min_size=1, max_size=20), st.sampled_from([2, 10, 60, 1000]))
def test_the_unit_of_a_metric_never_matters(scale: str, values: list[int], unit: int) -> None:
    step = {"step": 2} if scale == "step-down" else {}
    metric = {"metric": "plays", "share": 100, "scale": scale, "field": "round", "missing": "zero"} | step
    rules = rules_with({"ONE": (100, [metric])})

    def points(times: int) -> list[Decimal | None]:
        contestants = [measured(f"h{index}", one * times) for index, one in enumerate(values)]
        return [found.points for found in normalise(contestants, rules)[0]]

    assert points(unit) == points(1)


@settings(max_examples=60, deadline=None)
@given(contests(), contest_rules())
def test_ranks_follow_totals_and_positions_are_unique(contestants: list[Measured], rules: Rules) -> None:
    standings = ranked(contestants, rules)
    assert [standing.position for standing in standings] == list(range(1, len(contestants) + 1))
    for better, worse in pairwise(standings):
        assert better.rank <= worse.rank <= better.position + 1
        assert (better.score.has_data, better.score.total) >= (worse.score.has_data, worse.score.total)


@settings(max_examples=40, deadline=None)
@given(contests(), contest_rules())
def test_an_explanation_adds_up(contestants: list[Measured], rules: Rules) -> None:
    explainer = Explainer(rules)
    for one in score(contestants, normalise(contestants, rules), rules):
        told = explainer.explanation(one)
        assert Decimal(told["total"]) == sum(Decimal(item["points"]) for item in told["items"])
        for item in told["items"]:
            assert Decimal(item["points"]) <= Decimal(item["weight"])
            earned = sum(Decimal(metric["points"]) for metric in item["metrics"])
            if item["counted_share"] == "100":
                assert abs(Decimal(item["points"]) - earned) <= Decimal("0.005")


@pytest.mark.parametrize("scale", ["ratio", "log", "percentile", "min-max"])
def test_what_a_field_does_not_ask_for_does_not_change_the_points(scale: str) -> None:
    metric = {"metric": "plays", "share": 100, "scale": scale, "field": "platform", "missing": "zero"}
    rules = rules_with({"ONE": (100, [metric])})
    one, best, between = measured("a", 3), measured("b", 12), measured("c", 6)
    elsewhere = replace(one, handle="z", division="family", city_id=an_id("city 2"), approved_at=approved(9))
    (points,) = normalise([one, best, between], rules)
    assert normalise([elsewhere, best, between], rules) == [points]
    assert points[0] != normalise([replace(one, platform=Platform.KUAISHOU), best, between], rules)[0][0]
