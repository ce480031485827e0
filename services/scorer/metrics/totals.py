"""How works, sessions and days add up to one number: sums with their caps, and quotients of sums.

None is what a row leaves out. Where there are rows and all of them leave it out, the whole is None too; where there
are no rows, nothing happened and the whole is 0.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from heapq import nlargest

from services.scorer.metrics.figures import AccountDay, LiveSession, OrderDay, Work
from services.shared.exact import ZERO
from services.shared.rules.measurement import Measurement

Number = Decimal | int
Row = Work | LiveSession | AccountDay | OrderDay
Part = tuple[Number, int]  # one work or session of a quotient: above the line, below the line


def total(
    rows: Sequence[Row], amounts: Iterable[Number | None], rule: Measurement, per_unit: int = 1
) -> Decimal | None:
    """The sum of what is known: of the n best only, or of each day at most so much, where the rule says so.

    `amounts`: what each row adds. `per_unit`: how many of the amounts' unit make one of the metric's (60 minutes an
    hour); divided once, at the end.
    """
    amounts = list(amounts)
    known = [amount for amount in amounts if amount is not None]
    if rows and not known:
        return None
    if rule.best_n is not None:
        known = nlargest(rule.best_n, known)
    elif rule.cap_per_day is not None:
        known = _capped(rows, amounts, rule.cap_per_day * per_unit)
    return Decimal(sum(known)) / per_unit


def _capped(rows: Sequence[Row], amounts: Sequence[Number | None], most: Decimal) -> list[Number]:
    """What counts of each day."""
    of_day: dict[date, Number] = defaultdict(int)
    for row, amount in zip(rows, amounts, strict=True):
        if amount is not None:
            of_day[row.day] += amount
    return [min(amount, most) for amount in of_day.values()]


def quotient(parts: Iterable[Part | None], rule: Measurement) -> Decimal | None:
    """Sum ÷ sum over the rows where both are known; 0 where nothing happened, None where nothing is known.

    The n best rows of a quotient are those with the most below the line (plays), not those with the luckiest quotient.
    """
    rows = list(parts)
    known = [part for part in rows if part is not None]
    if rows and not known:
        return None
    if rule.best_n is not None:
        known = nlargest(rule.best_n, known, key=lambda part: (part[1], part[0]))
    below = sum([below for _, below in known])
    return Decimal(sum([above for above, _ in known])) / below if below > 0 else ZERO


def sum_known(values: Sequence[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
