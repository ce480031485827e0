"""The rules of scoring a second time, slowly: plain loops over fractions, written from docs/rules.md alone.

Nothing of the real implementation is used but the rules document itself and what a contestant's metrics are.
"""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import floor
from typing import Any

from services.scorer.metrics.measure import Measured
from services.shared.rules.model import Item, MetricRule, Rules

LONG = Context(prec=60)


def half_up(number: Fraction, places: int) -> Fraction:
    scaled = abs(number) * 10**places
    whole = floor(scaled + Fraction(1, 2))
    return Fraction(whole if number >= 0 else -whole, 10**places)


def ln(number: Fraction) -> Fraction:
    return Fraction(LONG.ln(LONG.divide(Decimal(number.numerator), Decimal(number.denominator))))


def score_all(contestants: Sequence[Measured], rules: Rules) -> list[dict[str, Any]]:
    """For each contestant: item points, total, rank, city_rank, division_rank."""
    found = [one_score(one, contestants, rules) for one in contestants]
    for me in found:
        rivals = [other for other in found if stands_above(other, me, rules)]
        me["rank"] = 1 + len(rivals)
        me["city_rank"] = 1 + sum(1 for other in rivals if other["who"].city_id == me["who"].city_id)
        me["division_rank"] = 1 + sum(1 for other in rivals if other["who"].division == me["who"].division)
    return found


def one_score(me: Measured, everybody: Sequence[Measured], rules: Rules) -> dict[str, Any]:
    items = {}
    values = {}
    index = 0
    for key, item in rules.items.items():
        earned, shares = Fraction(0), Fraction(0)
        for rule in item.metrics:
            worth = metric_points(me, index, rule, item, everybody)
            if worth is not None:
                earned += half_up(worth, rules.places.metric)
                shares += Fraction(rule.share)
            raw = me.values[index]
            values[key, rule.metric] = None if raw is None else counted(raw, rule)
            index += 1
        items[key] = half_up(earned * 100 / shares, rules.places.item) if shares else Fraction(0)
    total = half_up(sum(items.values(), Fraction(0)), rules.places.total)
    return {"who": me, "items": items, "values": values, "total": total}


def counted(value: Decimal, rule: MetricRule) -> Fraction:
    return Fraction(value) if rule.cap is None else min(Fraction(value), Fraction(rule.cap))


def same_field(one: Measured, other: Measured, rule: MetricRule) -> bool:
    return {
        None: True,
        "round": True,
        "city": one.city_id == other.city_id,
        "division": one.division == other.division,
        "platform": one.platform == other.platform,
    }[rule.field]


def known_to_all(one: Measured) -> bool:
    return any(value is not None for value in one.values)


def metric_points(
    me: Measured, index: int, rule: MetricRule, item: Item, everybody: Sequence[Measured]
) -> Fraction | None:
    if not known_to_all(me):
        return Fraction(0)
    if me.values[index] is None and rule.missing == "exclude":
        return None
    field = []
    for other in everybody:
        raw = other.values[index]
        if known_to_all(other) and same_field(me, other, rule) and not (raw is None and rule.missing == "exclude"):
            field.append(counted(Decimal(0) if raw is None else raw, rule))
    mine = me.values[index]
    value = counted(Decimal(0) if mine is None else mine, rule)
    return on_scale(value, field, rule, Fraction(item.weight) * Fraction(rule.share) / 100)


def on_scale(  # noqa: PLR0911 - a branch a scale, as in docs/rules.md
    value: Fraction, field: list[Fraction], rule: MetricRule, full: Fraction
) -> Fraction:
    scale: Any = rule.scale
    lower = rule.direction == "lower"
    best = min(field) if lower else max(field)
    better = sum(1 for other in field if (other < value if lower else other > value))
    equal = field.count(value)
    below = len(field) - better - equal
    if scale.scale == "ratio":
        return full * value / best if best > 0 and value > 0 else Fraction(0)
    if scale.scale == "log":
        return full * ln(1 + value) / ln(1 + best) if best > 0 and value > 0 else Fraction(0)
    if scale.scale == "percentile":
        return full if len(field) == 1 else full * (below + Fraction(equal - 1, 2)) / (len(field) - 1)
    if scale.scale == "min-max":
        span = max(field) - min(field)
        return full if span == 0 else full * (max(field) - value if lower else value - min(field)) / span
    if scale.scale == "step-down":
        if best <= 0 and not lower:
            return Fraction(0)
        return max(full - Fraction(scale.step) * better, Fraction(scale.floor))
    if scale.scale == "bands":
        return max(
            ((Fraction(band.at_least), Fraction(band.points)) for band in scale.bands if value >= band.at_least),
            default=(Fraction(0), Fraction(0)),
        )[1]
    most = full if scale.max_points is None else Fraction(scale.max_points)
    if scale.scale == "points-per-n":
        return min(floor(value / Fraction(scale.per)) * Fraction(scale.points), most) if value > 0 else Fraction(0)
    return max(Fraction(0), min(value, most))


def stands_above(one: dict[str, Any], other: dict[str, Any], rules: Rules) -> bool:
    mine, theirs = known_to_all(one["who"]), known_to_all(other["who"])
    if mine != theirs:
        return mine
    if one["total"] != other["total"]:
        return bool(one["total"] > other["total"])
    for tie in rules.ties:
        if tie.by == "item":
            left, right = one["items"][tie.item], other["items"][tie.item]
        elif tie.by == "approval":
            left, right = (who["who"].approved_at for who in (one, other))
            left, right = (None if when is None else -when.timestamp() for when in (left, right))
        else:
            item, rule = next(
                (key, rule)
                for key, item in rules.items.items()
                for rule in item.metrics
                if rule.metric == tie.metric and tie.item in (None, key)
            )
            left, right = one["values"][item, rule.metric], other["values"][item, rule.metric]
            if rule.direction == "lower":
                left, right = (None if value is None else -value for value in (left, right))
        if left != right:
            return right is None or (left is not None and left > right)
    return False
