"""What holds for every contest: row order and units never matter, ranks follow totals, explanations add up."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scorer.metrics.measure import Measured
from services.scorer.ranking.rank import Standing
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import Explainer
from services.scorer.scoring_runs.outcome import Outcome
from services.scorer.scoring_runs.result_file import result_file
from services.shared.rules.model import Rules
from services.shared.rules.sentence import remarks
from services.shared.vocabulary import Platform
from services.shared.words import Language
from tests.scorer.contestants import an_id, approved, measured, rules_with
from tests.scorer.scores.random_contests import random_contestants, random_rules


def contests(seed: int, count: int = 25) -> Iterator[tuple[list[Measured], Rules]]:
    random = Random(f"properties {seed}")
    for _ in range(count):
        rules = random_rules(random)
        yield random_contestants(random, rules), rules


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_never_matters(seed: int) -> None:
    for contestants, rules in contests(seed):
        shuffled = Random(seed).sample(contestants, len(contestants))
        files = [result_file(rules, [], Outcome.of(people, rules)) for people in (contestants, shuffled)]
        assert files[0] == files[1]


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


def worth(standing: Standing) -> tuple[int, Decimal]:
    """Results first, then void ones, then those without data; among results by total."""
    score = standing.score
    return (0 if score.has_result else 1 if score.contestant.is_void else 2), -score.total


@pytest.mark.parametrize("seed", range(4))
def test_ranks_are_a_total_preorder_that_follows_totals(seed: int) -> None:
    for contestants, rules in contests(seed):
        standings = Outcome.of(contestants, rules).standings
        assert [standing.position for standing in standings] == list(range(1, len(contestants) + 1))
        for one, other in permutations(standings, 2):
            if worth(one) < worth(other):
                assert one.rank < other.rank
            if one.rank < other.rank:
                assert one.position < other.position
        for standing in standings:
            assert standing.rank == 1 + sum(other.rank < standing.rank for other in standings)


@pytest.mark.parametrize("seed", range(4))
def test_an_explanation_adds_up(seed: int) -> None:
    for contestants, rules in contests(seed):
        explainer = Explainer(rules)
        for standing in Outcome.of(contestants, rules).standings:
            told = explainer.explanation(standing.score)
            punished = {change["title"]: change for change in told.get("penalties", ())}
            for item in told["items"]:
                after = punished.get(item["title"], {"before": item["points"], "after": item["points"]})
                assert item["points"] == after["after"]
                assert Decimal(after["before"]) <= Decimal(item["weight"])
                earned = sum(Decimal(metric["points"]) for metric in item["metrics"])
                if item["counted_share"] == "100":
                    assert abs(Decimal(after["before"]) - earned) <= Decimal("0.005")
            total = {"before": told["total"], "after": told["total"]} | punished.get(None, {})
            assert total["after"] == told["total"]
            assert Decimal(total["before"]) == sum(Decimal(item["points"]) for item in told["items"])
            for language in Language:
                assert not any("{" in remark or "_" in remark for remark in remarks(told, language))


@pytest.mark.parametrize("scale", ["ratio", "log", "percentile", "min-max"])
def test_what_a_field_does_not_ask_for_does_not_change_the_points(scale: str) -> None:
    metric: dict[str, Any] = {
        "metric": "plays",
        "share": 100,
        "scale": scale,
        "field": "platform",
        "missing": "zero",
    }
    rules = rules_with({"ONE": (100, [metric])})
    one, best, between = measured("a", 3), measured("b", 12), measured("c", 6)
    elsewhere = replace(one, handle="z", division="family", city_id=an_id("city 2"), approved_at=approved(9))
    (points,) = normalise([one, best, between], rules)
    assert normalise([elsewhere, best, between], rules) == [points]
    assert points[0] != normalise([replace(one, platform=Platform.KUAISHOU), best, between], rules)[0][0]
