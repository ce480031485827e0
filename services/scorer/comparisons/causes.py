"""Two explanations of one person's points → where they differ, and because of what.

An explanation is what `scores/score.py` writes.
"""

from collections.abc import Iterator, Mapping, Set
from decimal import Decimal
from typing import Any

from services.shared.rules.changes import MetricPlace
from services.shared.vocabulary import ChangeCause, Side

Explanation = Mapping[str, Any]


def item_changes(base: Explanation, other: Explanation) -> list[dict[str, str | None]]:
    """`[{"item": "SALES", "title": "直播带货", "base": "38.25", "other": "36.10"}]`, the items whose points differ."""
    before, after = _items(base), _items(other)
    return [
        {"item": key, "title": (after.get(key) or before[key])["title"], "base": was, "other": is_now}
        for key in dict.fromkeys([*after, *before])
        if not _same(was := _points(before.get(key)), is_now := _points(after.get(key)))
    ]


def causes(base: Explanation, other: Explanation, changed_rules: Set[MetricPlace]) -> list[dict[str, str | None]]:
    """What gates and penalties do on one side only, then the metrics that differ in value or points."""
    return [*_gates(base, other), *_penalties(base, other), *_differing_metrics(base, other, changed_rules)]


def _differing_metrics(
    base: Explanation, other: Explanation, changed_rules: Set[MetricPlace]
) -> list[dict[str, str | None]]:
    """As causes are stored:

    `[{"cause": "FIGURES", "side": None, "item": "SALES", "metric": "net_sales", "title": "净成交金额",
       "base_value": "50512.90", "other_value": "48000.00", "base_points": "27.5000", "other_points": "27.3210"}]`
    """
    before, after = _metrics(base), _metrics(other)
    found = []
    for place in dict.fromkeys([*after, *before]):
        was, is_now = before.get(place, {}), after.get(place, {})
        values, points = (was.get("value"), is_now.get("value")), (was.get("points"), is_now.get("points"))
        if _same(*values) and _same(*points):
            continue
        found.append(
            {
                **_NOTHING,
                "cause": _cause(place, values, changed_rules),
                "item": place[0],
                "metric": place[1],
                "title": (is_now or was)["title"],
                "base_value": values[0],
                "other_value": values[1],
                "base_points": points[0],
                "other_points": points[1],
            }
        )
    return found


def _gates(base: Explanation, other: Explanation) -> Iterator[dict[str, str | None]]:
    """Gates that they fail on one side only, with the value there."""
    before, after = ({gate["title"]: gate for gate in each.get("gates", ())} for each in (base, other))
    for title in dict.fromkeys([*after, *before]):
        if (title in before) != (title in after):
            side, value = _side(title in after), (after.get(title) or before[title])["value"]
            found = {"cause": ChangeCause.GATE, "side": side, "title": title, f"{side.lower()}_value": value}
            yield {**_NOTHING, **found}


def _penalties(base: Explanation, other: Explanation) -> Iterator[dict[str, str | None]]:
    """Penalties that differ, by the title of their item (none: the total), with the points on either side."""
    before, after = ({each["title"]: each for each in one.get("penalties", ())} for one in (base, other))
    for title in dict.fromkeys([*after, *before]):
        was, is_now = before.get(title, {}), after.get(title, {})
        if was.get("kinds") != is_now.get("kinds"):
            side = None if was and is_now else _side(bool(is_now))
            points = {"base_points": _standing_at(base, title), "other_points": _standing_at(other, title)}
            yield {**_NOTHING, "cause": ChangeCause.PENALTY, "title": title, "side": side, **points}


_NOTHING: Mapping[str, str | None] = dict.fromkeys(
    ("cause", "side", "item", "metric", "title", "base_value", "other_value", "base_points", "other_points")
)


def _side(in_other: bool) -> Side:
    return Side.OTHER if in_other else Side.BASE


def _cause(place: MetricPlace, values: tuple[str | None, str | None], changed_rules: Set[MetricPlace]) -> ChangeCause:
    if place in changed_rules:
        return ChangeCause.RULE
    return ChangeCause.OTHERS if _same(*values) else ChangeCause.FIGURES


def _items(explanation: Explanation) -> dict[str, Mapping[str, Any]]:
    return {item["item"]: item for item in explanation["items"]}


def _metrics(explanation: Explanation) -> dict[MetricPlace, Mapping[str, Any]]:
    return {(item["item"], metric["metric"]): metric for item in explanation["items"] for metric in item["metrics"]}


def _standing_at(explanation: Explanation, title: str | None) -> str | None:
    """The points of the item of that title, of none the total, penalties included."""
    if title is None:
        total: str = explanation["total"]
        return total
    return _points(next((item for item in explanation["items"] if item["title"] == title), None))


def _points(item: Mapping[str, Any] | None) -> str | None:
    return None if item is None else item["points"]


def _same(one: str | None, other: str | None) -> bool:
    """However many zeros stand at their ends."""
    return one == other or (one is not None and other is not None and Decimal(one) == Decimal(other))
