"""Exact decimal arithmetic as the contests print it: 28 digits, rounded half away from zero (四舍五入).

Everything between a figure and a rank goes through here, so that any machine gives the same digits. Rounding happens
only at declared places; nothing is ever a float but an estimate that could not be rounded otherwise.
"""

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import cache
from math import floor

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)

# ROUND_HALF_UP is Python's name for "half away from zero": -0.5 becomes -1.
_CONTEXT = Context(prec=28, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])


def exactly() -> AbstractContextManager[Context]:
    """Arithmetic inside the block has the contest's precision and rounding, whatever the caller's context is."""
    return localcontext(_CONTEXT)


@cache
def unit_of(places: int) -> Decimal:
    """The smallest step at so many decimals: 0.01 for 2; what `Decimal.quantize` takes."""
    return Decimal(1).scaleb(-places)


def rounded(value: Decimal, places: int) -> Decimal:
    """`value` at so many decimals; call it inside `exactly()`. Never gives a negative zero."""
    return value.quantize(unit_of(places)) + ZERO


# How far off an estimate may be, as a part of itself: floats of a few steps are by some 10^-15, on whatever machine.
_ESTIMATED = 1e-10
_MOST_STEPS = 1e9


def surely_rounded(estimate: float, places: int) -> Decimal | None:
    """What `rounded` would give for the number that is estimated, not below 0; None where it could be two things."""
    steps = estimate * 10**places
    if not steps < _MOST_STEPS:
        return None
    nearest = floor(steps + 0.5)
    return nearest * unit_of(places) if abs(steps - nearest) + steps * _ESTIMATED < 0.5 else None


def plain(value: Decimal) -> str:
    """The digits as a person writes them: never `1E+3`."""
    text = str(value)  # four times as fast as formatting, and the same but for exponents
    return f"{value:f}" if "E" in text else text
