"""How works, sessions and days add up to one number: sums with their caps, and quotients of sums.

None is what a row leaves out. Where there are rows and all of them leave it out, the whole is None too; where there
are no rows, nothing happened and the whole is 0.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from services.shared.exact import ZERO
from services.shared.rules.measurement import Measurement

Number = Decimal | int


def total(
    days: Sequence[int], amounts: Sequence[Number | None], rule: Measurement, per_unit: int = 1
) -> Decimal | None:
    """The sum of what is known: of the n best only, or of each day at most so much, where the rule says so.

    `amounts`: what each row adds. `per_unit`: how many of the amounts' unit make one of the metric's (100 cents a
    yuan); divided once, at the end.
    """
    known = [amount for amount in amounts if amount is not None]
    if days and not known:
        return None
    if rule.best_n is not None:
        known = sorted(known, reverse=True)[: rule.best_n]
    elif rule.cap_per_day is not None:
        known = _capped(days, amounts, rule.cap_per_day * per_unit)
    return Decimal(sum(known)) / per_unit


def _capped(days: Sequence[int], amounts: Sequence[Number | None], cap: Decimal) -> list[Number]:
    """What counts of each day."""
    most = int(cap) if cap == int(cap) else cap  # numbers of one kind compare and add up faster
    of_day: dict[int, Number] = defaultdict(int)
    for day, amount in zip(days, amounts, strict=True):
        if amount is not None:
            of_day[day] += amount
    return [min(most, amount) for amount in of_day.values()]


def quotient(
    above: Sequence[Number | None], below: Sequence[int | None], rule: Measurement, per_unit: int = 1
) -> Decimal | None:
    """Sum ÷ sum over the rows where both are known; 0 where nothing happened, None where nothing is known.

    The n best rows of a quotient are those with the most below the line (plays), not those with the luckiest quotient.
    `per_unit`: how many of the unit above the line make one of the metric's.
    """
    known = [(low, high) for low, high in zip(below, above, strict=True) if low is not None and high is not None]
    if below and not known:
        return None
    if rule.best_n is not None:
        known = sorted(known, reverse=True)[: rule.best_n]
    lower = sum([low for low, _ in known])
    return Decimal(sum([high for _, high in known])) / (lower * per_unit) if lower > 0 else ZERO


def sum_known(values: Sequence[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
