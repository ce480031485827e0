"""What can be wrong with rules whose every key has the right shape: they contradict themselves or their round."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.shared.exact import HUNDRED, plain
from services.shared.problems import Parameters
from services.shared.rules.catalogue import METRICS
from services.shared.rules.check_measurement import Found, measurement_contradictions
from services.shared.rules.check_parts import part_contradictions
from services.shared.rules.lines import Path
from services.shared.rules.measurement import Measurement
from services.shared.rules.model import FinalistPolicy, MetricRule, Rules
from services.shared.rules.scales import AsIs, Bands, PointsPerN, StepDown


@dataclass(frozen=True, slots=True)
class RoundSetting:
    """What the round and its contest say that its rules must agree with."""

    round: str
    divisions: frozenset[str]
    exported_until: datetime
    earlier_rounds: frozenset[str] = frozenset()  # of the contest, that open before this one


def contradictions(rules: Rules) -> Found:
    weights = sum(item.weight for item in rules.items.values())
    if weights != rules.full:
        yield ("items",), "RULES_WEIGHTS_SUM", {"sum": plain(Decimal(weights)), "full": plain(rules.full)}
    for key, item in rules.items.items():
        shares = Decimal(sum(rule.share for rule in item.metrics))
        if shares != HUNDRED:
            yield ("items", key), "RULES_SHARES_SUM", {"item": key, "sum": plain(shares)}
        seen: set[str] = set()
        for index, rule in enumerate(item.metrics):
            path: Path = ("items", key, "metrics", index)
            if rule.metric in seen:
                yield (*path, "metric"), "RULES_METRIC_TWICE", {"item": key, "metric": rule.metric}
            seen.add(rule.metric)
            if rule.metric not in METRICS:
                yield (*path, "metric"), "RULES_METRIC_UNKNOWN", {"metric": rule.metric, "known": ", ".join(METRICS)}
            else:
                yield from measurement_contradictions(path, rule, rules)
                if rule.lower_is_better and rule.missing == "zero":
                    yield (*path, "missing"), "RULES_ZERO_WOULD_WIN", {"metric": rule.metric}
                yield from _scale_contradictions(path, rule, item.weight * rule.share / HUNDRED)
    yield from _tie_contradictions(rules)
    yield from part_contradictions(rules)
    if rules.finalists:
        yield from _policy_contradictions(rules.finalists)


def _scale_contradictions(path: Path, rule: MetricRule, full: Decimal) -> Found:
    scale = rule.scale
    named: Parameters = {"metric": rule.metric, "full": plain(full)}
    if scale.uses_field and rule.field is None:
        yield path, "RULES_FIELD_NEEDED", {"metric": rule.metric, "scale": scale.scale}
    if not scale.uses_field and rule.field is not None:
        yield (*path, "field"), "RULES_FIELD_NOT_USED", {"metric": rule.metric, "scale": scale.scale}
    if rule.lower_is_better and not scale.takes_lower:
        yield (*path, "scale"), "RULES_DIRECTION_NOT_FOR_SCALE", {"metric": rule.metric, "scale": scale.scale}
    if isinstance(scale, StepDown) and scale.floor > full:
        yield (*path, "floor"), "RULES_ABOVE_FULL", named | {"key": "floor"}
    if isinstance(scale, PointsPerN | AsIs) and scale.max_points is not None and scale.max_points > full:
        yield (*path, "max_points"), "RULES_ABOVE_FULL", named | {"key": "max_points"}
    if isinstance(scale, Bands):
        for index, band in enumerate(scale.bands):
            if band.points > full:
                yield (*path, "bands", index), "RULES_ABOVE_FULL", named | {"key": "points"}
            if index and band.at_least <= scale.bands[index - 1].at_least:
                yield (*path, "bands", index), "RULES_BANDS_NOT_RISING", {"metric": rule.metric}


def _tie_contradictions(rules: Rules) -> Found:
    for index, tie in enumerate(rules.ties):
        path: Path = ("ties", index)
        if tie.item is not None and tie.item not in rules.items:
            yield path, "RULES_TIE_ITEM_UNKNOWN", {"item": tie.item}
        elif tie.by == "metric":
            items = [key for key, rule, _ in rules.metrics if rule.metric == tie.metric and tie.item in (None, key)]
            if len(items) != 1:
                code = "RULES_TIE_METRIC_AMBIGUOUS" if items else "RULES_TIE_METRIC_UNKNOWN"
                yield path, code, {"metric": str(tie.metric)}


def _policy_contradictions(policy: FinalistPolicy) -> Found:
    if policy.minimum > policy.places:
        yield ("finalists", "minimum"), "RULES_MINIMUM_ABOVE_PLACES", {"places": policy.places}
    if policy.most < policy.places:
        yield ("finalists", "maximum"), "RULES_MAXIMUM_BELOW_PLACES", {"places": policy.places}
    preferred = sum(entry.places for entry in policy.prefer)
    if preferred > policy.places:
        yield ("finalists", "prefer"), "RULES_PREFER_ABOVE_PLACES", {"sum": preferred, "places": policy.places}


def misfits(rules: Rules, setting: RoundSetting) -> Found:
    if rules.round != setting.round:
        yield ("round",), "RULES_OF_ANOTHER_ROUND", {"round": rules.round, "expected": setting.round}
    divisions = ", ".join(sorted(setting.divisions))
    for path, division in _divisions(rules):
        if division not in setting.divisions:
            yield path, "RULES_DIVISION_UNKNOWN", {"division": division, "known": divisions}
    earlier = ", ".join(sorted(setting.earlier_rounds)) or "-"
    if rules.entry is not None and rules.entry.earlier_round not in setting.earlier_rounds:
        yield ("entry",), "RULES_NO_SUCH_EARLIER_ROUND", {"round": rules.entry.earlier_round, "known": earlier}
    for path, rule in _measurements(rules):
        if rule.of_round is not None and rule.of_round not in setting.earlier_rounds:
            yield (*path, "of_round"), "RULES_NO_SUCH_EARLIER_ROUND", {"round": rule.of_round, "known": earlier}
        if rule.refunds_until is not None and rule.refunds_until < setting.exported_until:
            yield (*path, "refunds_until"), "RULES_REFUNDS_AFTER_THEIR_DAY", {"metric": rule.metric}


def _divisions(rules: Rules) -> Iterator[tuple[Path, str]]:
    for index, preferred in enumerate(rules.finalists.prefer if rules.finalists else ()):
        yield ("finalists", "prefer", index), preferred.division
    for index, award in enumerate(rules.awards):
        if award.division is not None:
            yield ("awards", index, "division"), award.division


def _measurements(rules: Rules) -> Iterator[tuple[Path, Measurement]]:
    for key, item in rules.items.items():
        for index, rule in enumerate(item.metrics):
            yield ("items", key, "metrics", index), rule
    for index, gate in enumerate(rules.gates):
        if gate.measurement is not None:
            yield ("gates", index), gate.measurement
