"""Who moved, by how much, and why: the pure part of a comparison."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.scorer.comparisons.causes import causes, item_changes
from services.scorer.comparisons.compare import Change, Moves, Outcome, compare, count_moves
from services.shared.rules.changes import RuleChange, changed_metrics, rule_changes
from services.shared.vocabulary import ChangeCause, FinalistChange, Place, Side
from tests.scorer.contestants import an_id, rules_with

PLAYS = {"metric": "plays", "share": 100, "scale": "ratio", "field": "round", "missing": "zero"}
SALES = {
    "metric": "gross_sales",
    "source": "orders",
    "share": 60,
    "scale": "ratio",
    "field": "round",
    "missing": "zero",
}
BUYERS = {"metric": "buyers", "share": 40, "scale": "as-is", "missing": "zero"}


def outcome(rank: int, total: str, place: Place | None = None) -> Outcome:
    return Outcome(Decimal(total), rank, rank, rank, place)


BASE = {
    an_id("ann"): outcome(1, "90.00", Place.STREAMER),
    an_id("bob"): outcome(2, "80.00", Place.STREAMER),
    an_id("cai"): outcome(3, "79.50", Place.RESERVE),
    an_id("dan"): outcome(4, "10.00"),
}
OTHER = {
    an_id("ann"): outcome(1, "85.00", Place.STREAMER),
    an_id("cai"): outcome(2, "79.50", Place.STREAMER),
    an_id("bob"): outcome(3, "70.25", Place.TIED),
    an_id("eve"): outcome(4, "20.00"),
}


def test_the_greatest_change_comes_first() -> None:
    """Whoever is in one of the two only; then by places moved, by points, by rank."""
    assert [change.contestant_id for change in compare(BASE, OTHER)][2:] == [an_id("bob"), an_id("cai"), an_id("ann")]
    assert {change.contestant_id for change in compare(BASE, OTHER)[:2]} == {an_id("dan"), an_id("eve")}


def test_the_order_of_the_results_does_not_matter() -> None:
    assert compare(dict(reversed(BASE.items())), dict(reversed(OTHER.items()))) == compare(BASE, OTHER)


def test_up_is_towards_the_first_place() -> None:
    found = {change.contestant_id: change for change in compare(BASE, OTHER)}
    assert (found[an_id("cai")].ranks_up, found[an_id("cai")].points_up) == (1, Decimal("0.00"))
    assert (found[an_id("bob")].ranks_up, found[an_id("bob")].points_up) == (-1, Decimal("-9.75"))
    assert (found[an_id("dan")].ranks_up, found[an_id("dan")].points_up) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (Place.STREAMER, Place.STREAMER, None),
        (Place.RESERVE, Place.STREAMER, FinalistChange.ENTERS),
        (None, Place.STREAMER, FinalistChange.ENTERS),
        (Place.STREAMER, Place.TIED, FinalistChange.LEAVES),
        (Place.STREAMER, None, FinalistChange.LEAVES),
        (Place.TIED, Place.RESERVE, None),
    ],
)
def test_who_enters_the_finalists_and_who_leaves(
    before: Place | None, after: Place | None, change: FinalistChange | None
) -> None:
    both = Change(an_id("ann"), outcome(1, "1", before), outcome(1, "1", after))
    assert both.finalist_change is change
    gone = replace(both, other=None)
    assert gone.finalist_change is (FinalistChange.LEAVES if before is Place.STREAMER else None)


def test_moves_in_numbers() -> None:
    assert count_moves(compare(BASE, OTHER)) == Moves(
        people=5,
        up=1,
        down=1,
        enter=1,
        leave=1,
        only_base=1,
        only_other=1,
        most_ranks=1,
        most_points=Decimal("9.75"),
    )
    assert count_moves(compare(BASE, BASE)) == Moves(4, 0, 0, 0, 0, 0, 0, 0, Decimal(0))
    assert count_moves([]) == Moves(0, 0, 0, 0, 0, 0, 0, 0, Decimal(0))


# What the rules say differently --------------------------------------------------------------------------------------

RULES = rules_with({"VIDEO": (60, [PLAYS]), "SALES": (40, [SALES, BUYERS])}, ties=["item SALES"])


def test_the_same_rules_say_nothing_differently() -> None:
    assert rule_changes(RULES, RULES) == []
    assert changed_metrics(RULES, RULES) == frozenset()


def test_changes_of_rules_are_named_by_their_place() -> None:
    rest = [{**SALES, "share": 50}, {**BUYERS, "share": 50}]
    other = rules_with({"VIDEO": (60, [PLAYS | {"best_n": 3}]), "SALES": (40, rest)}, ties=["item VIDEO"])
    assert rule_changes(RULES, other) == [
        RuleChange("ties.1.item", "SALES", "VIDEO"),
        RuleChange("items.SALES.metrics.gross_sales.share", "60", "50"),
        RuleChange("items.SALES.metrics.buyers.share", "40", "50"),
        RuleChange("items.VIDEO.metrics.plays.best_n", None, "3"),
    ]


def test_a_metric_put_before_others_changes_none_of_them() -> None:
    likes = PLAYS | {"metric": "likes", "share": 30}
    other = rules_with({"VIDEO": (60, [likes, PLAYS | {"share": 70}]), "SALES": (40, [SALES, BUYERS])})
    assert changed_metrics(RULES, other) == {("VIDEO", "likes"), ("VIDEO", "plays")}
    places = {change.place for change in rule_changes(RULES, other)}
    assert "items.VIDEO.metrics.plays.share" in places
    assert not any(place.startswith("items.SALES") for place in places)


def test_a_weight_changes_the_metrics_of_its_item() -> None:
    other = rules_with({"VIDEO": (50, [PLAYS]), "SALES": (50, [SALES, BUYERS])}, ties=["item SALES"])
    assert changed_metrics(RULES, other) == {("VIDEO", "plays"), ("SALES", "gross_sales"), ("SALES", "buyers")}


# Why points differ ---------------------------------------------------------------------------------------------------


def explanation(**points: tuple[str | None, str]) -> dict[str, Any]:
    """Of one item SALES; by metric its value and points."""
    metrics = [
        {"metric": key, "title": key, "value": value, "points": earned} for key, (value, earned) in points.items()
    ]
    total = str(sum(Decimal(earned) for _, earned in points.values()))
    return {"total": total, "items": [{"item": "SALES", "title": "带货", "points": total, "metrics": metrics}]}


def test_each_metric_that_differs_has_its_cause() -> None:
    before = explanation(net=("10", "5.0"), buyers=("4", "4"), orders=("7", "7"), plays=("1", "1"), likes=(None, "0"))
    after = explanation(net=("9", "4.5"), buyers=("4", "3"), orders=("7", "6"), plays=("1", "1.00"), likes=("2", "0"))
    found = causes(before, after, {("SALES", "orders")})
    assert [(each["metric"], each["cause"]) for each in found] == [
        ("net", ChangeCause.FIGURES),
        ("buyers", ChangeCause.OTHERS),
        ("orders", ChangeCause.RULE),
        ("likes", ChangeCause.FIGURES),
    ]
    assert found[0] | {"title": ""} == {
        "cause": "FIGURES",
        "side": None,
        "item": "SALES",
        "metric": "net",
        "title": "",
        "base_value": "10",
        "other_value": "9",
        "base_points": "5.0",
        "other_points": "4.5",
    }


def test_a_metric_of_one_side_only_has_no_figures_on_the_other() -> None:
    without, rule = explanation(net=("1", "1")), {("SALES", "buyers")}
    (found,) = causes(without, explanation(net=("1", "1"), buyers=("2", "2")), rule)
    assert (found["base_value"], found["base_points"], found["other_points"]) == (None, None, "2")
    (gone,) = causes(explanation(net=("1", "1"), buyers=("2", "2")), without, rule)
    assert (gone["cause"], gone["title"], gone["other_points"]) == (ChangeCause.RULE, "buyers", None)


def test_items_that_differ_are_told_with_both_points() -> None:
    before, after = explanation(net=("1", "38.20")), explanation(net=("1", "36.1"))
    assert item_changes(before, after) == [{"item": "SALES", "title": "带货", "base": "38.20", "other": "36.1"}]
    assert item_changes(before, explanation(net=("1", "38.2"))) == []


def test_gates_and_penalties_that_differ_are_causes() -> None:
    gate = {"title": "投放上限", "value": "6000.00", "items": None}
    halved = {"title": "带货", "before": "9", "after": "4.50", "kinds": [{"kind": "HALVE", "points": None}]}
    taken = {"title": None, "before": "9", "after": "8", "kinds": [{"kind": "SUBTRACT", "points": "1"}]}
    more = {**taken, "after": "7", "kinds": [{"kind": "SUBTRACT", "points": "2"}]}
    plain = explanation(net=("1", "1"))
    (item,) = plain["items"]
    before = {"total": "8", "items": [{**item, "points": "9"}], "gates": [gate], "penalties": [taken]}
    after = {"total": "7", "items": [{**item, "points": "4.50"}], "penalties": [halved, more]}
    shown = ("cause", "side", "title", "base_value", "other_value", "base_points", "other_points")
    assert [tuple(each[name] for name in shown) for each in causes(before, after, frozenset())] == [
        (ChangeCause.GATE, Side.BASE, "投放上限", "6000.00", None, None, None),
        (ChangeCause.PENALTY, Side.OTHER, "带货", None, None, "9", "4.50"),
        (ChangeCause.PENALTY, None, None, None, None, "8", "7"),
    ]
    assert causes(before, before, frozenset()) == []
