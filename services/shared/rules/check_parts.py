"""What can be wrong with the parts beside the items: who takes part, jury, gates, teams and awards."""

from collections.abc import Iterable

from services.shared.rules.admission import Entry, Gate
from services.shared.rules.awards import Award
from services.shared.rules.catalogue import METRICS
from services.shared.rules.check_measurement import Found, measurement_contradictions
from services.shared.rules.jury import Panel
from services.shared.rules.lines import Path
from services.shared.rules.model import Rules
from services.shared.rules.scales import Strict


def part_contradictions(rules: Rules) -> Found:
    if rules.entry is not None:
        yield from _entry_contradictions(rules.entry, rules)
    for key, panel in rules.jury.items():
        yield from _panel_contradictions(("jury", key), panel)
    yield from _blocking_judges(rules)
    for index, gate in enumerate(rules.gates):
        yield from _gate_contradictions(("gates", index), gate, rules)
    yield from _gate_order(rules)
    for index, award in enumerate(rules.awards):
        yield from _award_contradictions(("awards", index), award, rules)
    yield from _twice(("awards",), [award.key for award in rules.awards])


def _entry_contradictions(entry: Entry, rules: Rules) -> Found:
    yield from _one_of(("entry",), entry, "finalists_of", "best", "best_percent")
    if entry.finalists_of is not None and entry.of_round is not None:
        yield ("entry", "of_round"), "RULES_KEY_NOT_WITH", {"key": "of_round", "other": "finalists_of"}
    if entry.finalists_of is None and entry.of_round is None:
        yield ("entry",), "RULES_KEY_MISSING", {"key": "entry.of_round"}
    if entry.earlier_round == rules.round:
        yield ("entry",), "RULES_ROUND_ITSELF", {"round": rules.round}


def _panel_contradictions(path: Path, panel: Panel) -> Found:
    if panel.minimum > panel.judges:
        yield (*path, "minimum"), "RULES_MINIMUM_ABOVE_JUDGES", {"judges": panel.judges}
    if panel.drop_highest + panel.drop_lowest >= panel.minimum:
        yield path, "RULES_NO_MARK_LEFT", {"minimum": panel.minimum}
    yield from _twice((*path, "criteria"), [criterion.key for criterion in panel.criteria])
    for index, criterion in enumerate(panel.criteria):
        if criterion.at_least >= criterion.at_most:
            yield (*path, "criteria", index), "RULES_RANGE_EMPTY", {"key": criterion.key}


def _blocking_judges(rules: Rules) -> Found:
    """A panel that waits for every mark lets nobody be scored without."""
    for key, item in rules.items.items():
        for index, rule in enumerate(item.metrics):
            panel = rules.jury.get(rule.panel or "")
            if panel is not None and panel.missing_judge == "block" and rule.missing != "block":
                yield ("items", key, "metrics", index, "missing"), "RULES_PANEL_BLOCKS", {"panel": str(rule.panel)}


def _gate_contradictions(path: Path, gate: Gate, rules: Rules) -> Found:
    yield from _one_of(path, gate, "at_least", "at_most", "best", "best_percent")
    measured = gate.measurement
    if (measured is None) == (gate.item is None):
        yield path, "RULES_ONE_OF", {"keys": "metric, item"}
    elif measured is None:
        if gate.missing is not None:
            yield (*path, "missing"), "RULES_KEY_NOT_WITH", {"key": "missing", "other": "item"}
    elif measured.metric not in METRICS:
        known = ", ".join(METRICS)
        yield (*path, "metric"), "RULES_METRIC_UNKNOWN", {"metric": measured.metric, "known": known}
    else:
        yield from measurement_contradictions(path, measured, rules)
        if gate.missing is None:
            yield path, "RULES_KEY_MISSING", {"key": "gates.missing"}
    for item in (gate.item, *(gate.items or ())):
        if item is not None and item not in rules.items:
            yield path, "RULES_NOT_IN_RULES", {"key": "item" if item == gate.item else "items", "name": item}


def _gate_order(rules: Rules) -> Found:
    """A gate on the points of an item comes after every gate that these points go through."""
    shut: set[str] = set()
    for index in reversed(range(len(rules.gates))):
        gate = rules.gates[index]
        shut |= set(gate.items or ())
        if gate.item in shut:
            yield ("gates", index), "RULES_GATE_TOO_EARLY", {"item": str(gate.item)}


def _award_contradictions(path: Path, award: Award, rules: Rules) -> Found:
    yield from _one_of(path, award, "places", "percent")
    if award.item is not None and award.item not in rules.items:
        yield (*path, "by"), "RULES_NOT_IN_RULES", {"key": "by", "name": award.item}
    if award.of == "team":
        if rules.teams is None:
            yield (*path, "of"), "RULES_KEY_MISSING", {"key": "teams"}
        for key, stated in (("by", award.item), ("division", award.division)):
            if stated is not None:
                yield (*path, key), "RULES_KEY_NOT_WITH", {"key": key, "other": 'of = "team"'}


def _one_of(path: Path, part: Strict, *keys: str) -> Found:
    if sum(getattr(part, key) is not None for key in keys) != 1:
        yield path, "RULES_ONE_OF", {"keys": ", ".join(keys)}


def _twice(path: Path, keys: Iterable[str]) -> Found:
    seen: set[str] = set()
    for index, key in enumerate(keys):
        if key in seen:
            yield (*path, index, "key"), "RULES_KEY_TWICE", {"key": key}
        seen.add(key)
