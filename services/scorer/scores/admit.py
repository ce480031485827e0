"""Gates: who is scored in what. Between measuring and normalising, as the points of one item can open another."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from services.scorer.metrics.measure import FailedGate, Measured
from services.scorer.scores.normalise import normalise_item
from services.scorer.scores.score import item_points
from services.shared.exact import exactly
from services.shared.rules.admission import Gate
from services.shared.rules.model import Rules


def admit(measured: Sequence[Measured], rules: Rules) -> Sequence[Measured]:
    """The same with the gates that each of them fails. Whoever has no valid result stands before no gate."""
    with exactly():
        for index, gate in enumerate(rules.gates):
            measured = _through(gate, measured, _values(gate, index, measured, rules))
    return measured


def _values(gate: Gate, index: int, measured: Sequence[Measured], rules: Rules) -> Sequence[Decimal | None]:
    """What the gate looks at."""
    if gate.item is None:
        return [one.gate_values[index] for one in measured]
    metrics = zip(*normalise_item(measured, rules, gate.item), strict=True)
    return [item_points(one, gate.item, points, rules)[0] for one, points in zip(measured, metrics, strict=True)]


def _through(gate: Gate, measured: Sequence[Measured], values: Sequence[Decimal | None]) -> list[Measured]:
    tested = [one.is_scored_in(gate.item) if gate.item else one.has_result for one in measured]
    known = [value for value, is_tested in zip(values, tested, strict=True) if is_tested and value is not None]
    passes = _condition(gate, known)
    return [
        replace(one, failed=(*one.failed, FailedGate(gate, value)))
        if is_tested and not (gate.missing == "pass" if value is None else passes(value))
        else one
        for one, value, is_tested in zip(measured, values, tested, strict=True)
    ]


def _condition(gate: Gate, known: Sequence[Decimal]) -> Callable[[Decimal], bool]:
    """Which of these values pass."""
    if gate.at_least is not None:
        return gate.at_least.__le__
    if gate.at_most is not None:
        return gate.at_most.__ge__
    lower_is_better = gate.measurement is not None and gate.measurement.lower_is_better
    best = sorted(known, reverse=not lower_is_better)[: gate.last_rank(len(known))]
    if not best:
        return lambda _: True
    return best[-1].__ge__ if lower_is_better else best[-1].__le__
