"""Where points are estimated before they are worked out, they come out as if they never were."""

from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.scorer.scores.normalise import normalise
from services.shared.exact import exactly, rounded, surely_rounded
from tests.scorer.contestants import measured, rules_with
from tests.scorer.scores.slow import half_up, ln

LONG = Context(prec=60)
FULL, PLACES = 9, 4


def points_of(value: Decimal, best: Decimal) -> list[Decimal | None]:
    rule = {"metric": "plays", "share": 100, "scale": "log", "field": "round", "missing": "zero"}
    rules = rules_with({"ONE": (FULL, [rule])})
    return [found.points for found in normalise([measured("a", value), measured("b", best)], rules)[0]]


def slow_points(value: Decimal, best: Decimal) -> Fraction:
    return half_up(FULL * ln(1 + Fraction(value)) / ln(1 + Fraction(best)), PLACES)


@settings(max_examples=200, deadline=None)
@given(
    st.decimals("0.000001", "1e12", places=6),
    st.integers(0, FULL * 10**PLACES - 1),
    st.integers(0, 8),
    st.integers(-3, 3),
)
def test_logarithms_near_the_middle_between_two_steps(best: Decimal, step: int, digits: int, beside: int) -> None:
    """The value whose points would be so many steps and a half, cut at some digit, and its neighbours there."""
    share = LONG.divide(Decimal(2 * step + 1), Decimal(2 * FULL * 10**PLACES))
    middle = LONG.subtract(LONG.exp(LONG.multiply(share, LONG.ln(LONG.add(best, Decimal(1))))), Decimal(1))
    unit = Decimal(1).scaleb(-digits)
    value = middle.quantize(unit, context=LONG) + beside * unit
    if 0 < value <= best:
        (found, _) = points_of(value, best)
        assert found is not None
        assert Fraction(found) == slow_points(value, best)


@settings(deadline=None)
@given(st.decimals("0.01", "1e15", places=2), st.decimals("0.01", "1e15", places=2))
def test_logarithms_of_any_values(one: Decimal, other: Decimal) -> None:
    best = max(one, other)
    assert [Fraction(points or 0) for points in points_of(one, other)] == [
        slow_points(value, best) for value in (one, other)
    ]


@given(st.decimals(0, 10**7, places=10), st.floats(-1e-11, 1e-11), st.integers(0, 8))
@example(Decimal("0.00005"), 1e-15, 4)
def test_what_is_sure_is_what_the_exact_number_gives(number: Decimal, error: float, places: int) -> None:
    with exactly():
        sure = surely_rounded(float(number) * (1 + error), places)
        assert sure is None or (sure, str(sure)) == (rounded(number, places), str(rounded(number, places)))


@pytest.mark.parametrize("estimate", [2.00005, 0.00005000000000001, 1e9, float("inf"), float("nan")])
def test_what_is_not_sure(estimate: float) -> None:
    assert surely_rounded(estimate, 4) is None


def test_what_is() -> None:
    assert str(surely_rounded(2.0000501, 4)) == "2.0001"
    assert str(surely_rounded(0.0, 4)) == "0.0000"
