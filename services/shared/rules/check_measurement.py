"""What can be wrong with something that is measured, wherever in the rules it stands."""

from collections.abc import Iterator

from services.shared.problems import Parameters
from services.shared.rules.lines import Path
from services.shared.rules.measurement import Measurement
from services.shared.rules.model import Rules

# A path into the document, a problem's code and its parameters.
Found = Iterator[tuple[Path, str, Parameters]]

_SALES = ("gross_sales", "paid_sales", "net_sales")


def measurement_contradictions(path: Path, rule: Measurement, rules: Rules) -> Found:
    metric = rule.of
    named: Parameters = {"metric": rule.metric}
    yield from _source_contradictions(path, rule)
    takes = metric.asks | ({"refunds_until"} if rule.sales == "net" else set())
    for key in ("sales", "counts", "refunds_until", "of_round", "panel"):
        stated = getattr(rule, key) is not None
        if stated and key not in takes:
            yield (*path, key), "RULES_KEY_NOT_FOR_METRIC", named | {"key": key}
        elif not stated and key in takes:
            yield path, "RULES_KEY_NEEDED_FOR_METRIC", named | {"key": key}
    takes_featured = rule.metric in _SALES and rule.source == "orders"
    for key, is_taken in (
        ("cap_per_day", metric.additive),
        ("best_n", _has_rows(rule)),
        ("featured_factor", takes_featured),
    ):
        if getattr(rule, key) is not None and not is_taken:
            yield (*path, key), "RULES_KEY_NOT_FOR_METRIC", named | {"key": key}
    if rule.best_n is not None and rule.cap_per_day is not None:
        # A good work on a full day would push out another day's: more work, and a smaller sum.
        yield (*path, "cap_per_day"), "RULES_KEY_NOT_WITH", {"key": "cap_per_day", "other": "best_n"}
    if rule.panel is not None and rule.panel not in rules.jury:
        yield (*path, "panel"), "RULES_NOT_IN_RULES", {"key": "panel", "name": rule.panel}
    if rule.of_round == rules.round:
        yield (*path, "of_round"), "RULES_ROUND_ITSELF", {"round": rules.round}


def _source_contradictions(path: Path, rule: Measurement) -> Found:
    metric = rule.of
    allowed = [source.value.lower() for source in metric.sources]
    if metric.joins_sources:
        if rule.source is not None:
            yield (*path, "source"), "RULES_SOURCE_FIXED", {"metric": rule.metric, "allowed": " + ".join(allowed)}
    elif not allowed:
        if rule.source is not None:
            yield (*path, "source"), "RULES_KEY_NOT_FOR_METRIC", {"metric": rule.metric, "key": "source"}
    elif rule.source not in (allowed if len(allowed) > 1 else [None, *allowed]):
        yield (*path, "source"), "RULES_SOURCE_NEEDED", {"metric": rule.metric, "allowed": ", ".join(allowed)}


def _has_rows(rule: Measurement) -> bool:
    """Sales are single sessions in one source and sums of days in the other."""
    return rule.of.has_rows or (rule.of.additive and rule.source in ("live_sessions", "works"))
