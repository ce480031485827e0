"""Two versions of rules → what they say differently, each by its place in the document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.shared.exact import plain
from services.shared.rules.model import Rules

Place = tuple[str, ...]
MetricPlace = tuple[str, str]  # item and metric


@dataclass(frozen=True, slots=True)
class RuleChange:
    """`items.SALES.metrics.net_sales.share` was 70 and would be 60; None: the document does not say it."""

    place: str
    base: str | None
    other: str | None


def rule_changes(base: Rules, other: Rules) -> list[RuleChange]:
    """Everything that the two say differently, in the order of the documents."""
    before, after = _said(base), _said(other)
    places = [*before, *(place for place in after if place not in before)]
    return [
        RuleChange(".".join(place), before.get(place), after.get(place))
        for place in places
        if before.get(place) != after.get(place)
    ]


def changed_metrics(base: Rules, other: Rules) -> frozenset[MetricPlace]:
    """Metrics whose points the two compute in another way, and those that only one of them has."""
    before, after = _metrics(base), _metrics(other)
    return frozenset(place for place in before.keys() | after.keys() if before.get(place) != after.get(place))


def _metrics(rules: Rules) -> dict[MetricPlace, object]:
    return {(item, rule.metric): (rule, full, rules.places.metric) for item, rule, full in rules.metrics}


def _said(rules: Rules) -> dict[Place, str]:
    return dict(_leaves(rules.model_dump(exclude_defaults=True), ()))


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*place, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, (*place, _name(inner) or str(number)))
    elif value is not None:
        yield place, plain(value) if isinstance(value, Decimal) else str(value)


def _name(entry: Any) -> str | None:
    """Tables of a list are told apart by what they are of, so that one put in between changes no other."""
    return (
        next((str(entry[key]) for key in ("metric", "key") if key in entry), None) if isinstance(entry, dict) else None
    )
