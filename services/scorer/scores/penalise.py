"""Penalties: what people decided against a result, taken from points that are already rounded."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from services.scorer.metrics.figures import Penalty
from services.scorer.metrics.measure import Measured
from services.shared.exact import ZERO, plain, rounded
from services.shared.vocabulary import PenaltyKind

_ORDER = list(PenaltyKind)


class Penalised(NamedTuple):
    """What penalties did to the points of an item, or to the total (no item)."""

    item: str | None
    before: Decimal
    after: Decimal
    penalties: Sequence[Penalty]

    def as_json(self, title: str | None) -> dict[str, Any]:
        """As an explanation tells it, see `score.py`."""
        kinds = [
            {"kind": penalty.kind.value, "points": None if penalty.points is None else plain(penalty.points)}
            for penalty in self.penalties
        ]
        return {"title": title, "before": plain(self.before), "after": plain(self.after), "kinds": kinds}


def penalise(
    points: Decimal, contestant: Measured, item: str | None, places: int
) -> tuple[Decimal, Sequence[Penalised]]:
    """What is left of the points of an item, or of the total (no item), and what was done to them."""
    meant = [penalty for penalty in contestant.penalties if penalty.item == item or _disqualifies(penalty, item)]
    if not meant:
        return points, ()
    meant.sort(key=lambda penalty: (_ORDER.index(penalty.kind), penalty.points or ZERO))
    left = rounded(_left(points, meant), places)
    return left, (Penalised(item, points, left, meant),)


def _disqualifies(penalty: Penalty, item: str | None) -> bool:
    """Whatever it names, disqualification is about the whole."""
    return item is None and penalty.kind is PenaltyKind.DISQUALIFY


def _left(points: Decimal, penalties: Sequence[Penalty]) -> Decimal:
    """All that halve, then all that take off; one that makes them 0 wins."""
    for penalty in penalties:
        if penalty.kind in (PenaltyKind.ZERO, PenaltyKind.DISQUALIFY):
            return ZERO
    for penalty in penalties:
        if penalty.kind is PenaltyKind.HALVE:
            points /= 2
    return max(points - sum((penalty.points or ZERO for penalty in penalties), ZERO), ZERO)
