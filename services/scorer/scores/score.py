"""Points → scores: metric points add up to items, items to the total, and the way there is kept as an explanation.

Explanation of a score (JSON, decimals as plain strings, in the rules' order):

    {"total": "71.36",
     "items": [{"item": "SALES", "title": "直播带货", "weight": "40", "points": "38.25", "counted_share": "100",
                "metrics": [{"metric": "net_sales", "title": "净成交金额", "unit": "元",
                             "value": "50512.90" or null, "full": "28", "points": "27.5000",
                             "scale": "log", "field": "platform" or null,
                             "missing": false, "left_out": false,
                             "inputs": [{"name": "best", "value": "61045.30"}]}]}]}

`counted_share` is below 100 where a metric is left out (`missing = "exclude"`): the item's points are then the sum of
its metrics' points × 100 ÷ counted_share.

Only where there is something of it to tell:

    {"void": true,
     "gates": [{"title": "投放不得超过 5000 元", "value": "6000.00" or null, "items": ["直播带货"] or null}],
     "penalties": [{"title": "直播带货" or null, "before": "38.25", "after": "16.13",
                    "kinds": [{"kind": "HALVE", "points": null}, {"kind": "SUBTRACT", "points": "3"}]}]}

an item that a gate keeps them out of has `"kept_out": true`, and so have its metrics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.scorer.metrics.measure import Measured
from services.scorer.scores.normalise import Normalised, Points
from services.scorer.scores.penalise import Penalised, penalise
from services.shared.exact import HUNDRED, ZERO, exactly, plain, rounded
from services.shared.rules.model import Item, PlacedMetric, Rules


@dataclass(frozen=True, slots=True)
class Scored:
    """One contestant's score.

    metrics: of each metric in the order of `rules.metrics`
    items:   points of each item in the rules' order, after penalties
    changes: what penalties did
    """

    contestant: Measured
    metrics: tuple[Points, ...]
    items: tuple[Decimal, ...]
    total: Decimal
    changes: tuple[Penalised, ...] = ()

    @property
    def has_data(self) -> bool:
        return self.contestant.has_data

    @property
    def has_result(self) -> bool:
        return self.contestant.has_result


def score(measured: Sequence[Measured], normalised: Sequence[Normalised], rules: Rules) -> list[Scored]:
    """Each contestant's items and total, in the order given; rounded in the order metric, item, total."""
    with exactly():
        return [
            _scored(contestant, points, rules)
            for contestant, points in zip(measured, zip(*normalised, strict=True), strict=True)
        ]


def _scored(contestant: Measured, points: tuple[Points, ...], rules: Rules) -> Scored:
    items: list[Decimal] = []
    changes: list[Penalised] = []
    start = 0
    for key, item in rules.items.items():
        end = start + len(item.metrics)
        worth, changed = item_points(contestant, key, points[start:end], rules)
        items.append(worth)
        changes += changed
        start = end
    total = rounded(sum(items, ZERO), rules.places.total)
    if contestant.penalties:
        total, changed = penalise(total, contestant, None, rules.places.total)
        changes += changed
    return Scored(contestant, points, tuple(items), total, tuple(changes))


def item_points(
    contestant: Measured, key: str, metrics: Sequence[Points], rules: Rules
) -> tuple[Decimal, Sequence[Penalised]]:
    """The points of one item, and what penalties did to them."""
    item, places = rules.items[key], rules.places.item
    earned = sum((metric.points for metric in metrics if metric.points is not None), ZERO)
    counted = _counted_share(item, metrics)
    if counted == 0:
        earned = ZERO
    elif counted != HUNDRED:
        earned = earned * HUNDRED / counted
    points = rounded(earned, places)
    return penalise(points, contestant, key, places) if contestant.penalties else (points, ())


def _counted_share(item: Item, metrics: Sequence[Points]) -> Decimal:
    """Percent of the item that is not left out."""
    if all(metric.points is not None for metric in metrics):
        return HUNDRED
    return sum(
        (rule.share for rule, metric in zip(item.metrics, metrics, strict=True) if metric.points is not None), ZERO
    )


class Explainer:
    """Puts scores under these rules into explanations; what is the same for everybody is prepared once."""

    def __init__(self, rules: Rules) -> None:
        self._places = rules.places
        self._nothing = plain(rounded(ZERO, rules.places.metric))
        self._items: list[tuple[Item, dict[str, Any], list[dict[str, Any]]]] = []
        self._titles = {key: item.title or key for key, item in rules.items.items()}
        metrics = iter(rules.metrics)
        for key, item in rules.items.items():
            heading = {"item": key, "title": self._titles[key], "weight": plain(item.weight)}
            self._items.append((item, heading, [_metric_heading(next(metrics)) for _ in item.metrics]))

    def items(self, scored: Scored) -> list[dict[str, str]]:
        """`[{"item": "SALES", "title": "直播带货", "points": "38.25"}]`"""
        return [
            {"item": heading["item"], "title": heading["title"], "points": plain(points)}
            for (_, heading, _), points in zip(self._items, scored.items, strict=True)
        ]

    def explanation(self, scored: Scored) -> dict[str, Any]:
        """As the head of this file shows it."""
        items = []
        start = 0
        for (item, heading, metrics), points in zip(self._items, scored.items, strict=True):
            found = scored.metrics[start : start + len(metrics)]
            start += len(metrics)
            entries = [self._metric(*pair) for pair in zip(metrics, found, strict=True)]
            share = plain(_counted_share(item, found))
            told = {**heading, "points": plain(points), "counted_share": share, "metrics": entries}
            if scored.contestant.is_kept_from(heading["item"]):
                told["kept_out"] = True
                for entry in entries:
                    entry["kept_out"] = True
            items.append(told)
        told = {"total": plain(scored.total), "items": items}
        return told | self._remarks(scored) if scored.contestant.has_remarks else told

    def _remarks(self, scored: Scored) -> dict[str, Any]:
        """What gates and penalties did."""
        contestant = scored.contestant
        gates = [
            {
                "title": gate.title,
                "value": None if value is None else plain(value),
                "items": None if gate.items is None else [self._titles[item] for item in gate.items],
            }
            for gate, value in contestant.failed
        ]
        penalties = [change.as_json(self._titles.get(change.item or "")) for change in scored.changes]
        told = {"void": contestant.is_void, "gates": gates, "penalties": penalties}
        return {key: value for key, value in told.items() if value}

    def _metric(self, heading: dict[str, Any], found: Points) -> dict[str, Any]:
        return {
            **heading,
            "value": None if found.value is None else plain(found.value),
            "points": self._nothing if found.points is None else plain(found.points),
            "missing": found.value is None,
            "left_out": found.points is None,
            "inputs": found.inputs,
        }


def _metric_heading(placed: PlacedMetric) -> dict[str, Any]:
    metric = placed.rule.of
    return {
        "metric": metric.key,
        "title": metric.title.zh,
        "unit": metric.unit.zh,
        "full": plain(placed.full),
        "scale": placed.rule.scale.scale,
        "field": placed.rule.field,
    }
