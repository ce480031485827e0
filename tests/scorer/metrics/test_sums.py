"""What holds for every sum: the limits as docs/rules.md tells them, worked out slowly; and more rows never lower it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from services.scorer.metrics.figures import Figures, Mark
from services.scorer.metrics.measure import measure
from tests.scorer.contestants import BEIJING_WINDOW, figures, live_session, order_day, rules_with, work
from tests.scorer.scores.slow import half_up

REFUNDS = {"refunds_until": datetime.fromisoformat("2021-09-10T00:00:00+08:00")}
Rows = dict[str, Any]  # lists of Row by field of Figures
Amounts = list[tuple[int, Fraction]]  # what each adds to its day

# Metric, its rules' keys, what each row adds.
SUMS: list[tuple[str, dict[str, Any], Callable[[Rows], Amounts]]] = [
    ("plays", {}, lambda of: [(one["day"], Fraction(one["plays"])) for one in of["works"]]),
    (
        "weighted_counts",
        {"counts": {"likes": Decimal("0.5"), "shares": Decimal("0.2")}},
        lambda of: [(one["day"], Fraction(one["likes"], 2) + Fraction(one["shares"], 5)) for one in of["works"]],
    ),
    ("viewers", {}, lambda of: [(one["day"], Fraction(one["viewers"])) for one in of["live_sessions"]]),
    (
        "gross_sales",
        {"source": "orders"},
        lambda of: [(one["day"], Fraction(one["gross_sales"])) for one in of["order_days"]],
    ),
    (
        "net_sales",
        {"source": "orders"} | REFUNDS,
        lambda of: [(one["day"], Fraction(one["gross_sales"] - one["refunds"])) for one in of["order_days"]],
    ),
    (
        "gross_sales",
        {"source": "orders", "featured_factor": Decimal("1.5")},
        lambda of: (
            [(one["day"], Fraction(one["gross_sales"])) for one in of["order_days"]]
            + [(one["day"], Fraction(one["gross_sales"]) / 2) for one in of["featured_days"]]
        ),
    ),
]


def some_rows(random: Random, rows: int) -> Rows:
    days = [random.randint(0, 4) for _ in range(rows)]
    orders = [order_day(day, 3, str(random.randint(50, 90)), refunds=str(random.randint(0, 9))) for day in range(rows)]
    return {
        "works": [work(day, plays=random.randint(0, 9), likes=random.randint(0, 9), shares=2) for day in days],
        "live_sessions": [live_session(day, viewers=random.randint(0, 9)) for day in days],
        "order_days": orders,
        "featured_days": [order_day(day, 1, str(random.randint(0, 40))) for day in range(rows)],
    }


def limits(random: Random, metric: str) -> dict[str, int]:
    """Days of orders are no rows of which the best could count."""
    found = [{}, {"cap_per_day": random.randint(5, 60)}]
    if metric in ("plays", "weighted_counts", "viewers"):
        found.append({"best_n": random.randint(1, 5)})
    return random.choice(found)


def value_of(people: Sequence[Figures], metric: str, stated: dict[str, Any]) -> list[Decimal | None]:
    rule = {"metric": metric, "share": 100, "scale": "as-is", "missing": "zero"} | stated
    return [one.values[0] for one in measure(people, rules_with({"ONE": (100, [rule])}), BEIJING_WINDOW)]


def slow_sum(rows: Amounts, best_n: int | None = None, cap_per_day: int | None = None) -> Fraction:
    if cap_per_day is None:
        return sum(sorted((amount for _, amount in rows), reverse=True)[:best_n], Fraction(0))
    days = {day: sum((amount for other, amount in rows if other == day), Fraction(0)) for day, _ in rows}
    return sum((min(amount, Fraction(cap_per_day)) for amount in days.values()), Fraction(0))


@pytest.mark.parametrize(("metric", "stated", "rows"), SUMS)
def test_a_sum_and_its_limits(metric: str, stated: dict[str, Any], rows: Callable[[Rows], Amounts]) -> None:
    random = Random(metric)
    for _ in range(20):
        limited = limits(random, metric)
        people = [some_rows(random, random.randint(0, 8)) for _ in range(10)]
        found = value_of([figures(**one) for one in people], metric, stated | limited)
        places = 0 if metric in ("plays", "viewers") else 2
        expected = [half_up(slow_sum(rows(one), **limited), places) for one in people]
        assert [None if value is None else Fraction(value) for value in found] == expected


@pytest.mark.parametrize(("metric", "stated", "_rows"), SUMS)
def test_rows_not_seen_before_never_lower_a_sum(metric: str, stated: dict[str, Any], _rows: object) -> None:
    random = Random(metric)
    for _ in range(20):
        whole = some_rows(random, 8)
        fewer = [figures(**{name: rows[:count] for name, rows in whole.items()}) for count in range(9)]
        values = value_of(fewer, metric, stated | limits(random, metric))
        assert values == sorted(values, key=lambda value: value or Decimal(0))


def slow_jury(marks: list[Fraction], panel: dict[str, Any]) -> Fraction | None:
    if len(marks) < (panel["judges"] if panel["missing_judge"] == "block" else panel["minimum"]):
        return None
    absent = min(marks) if panel["missing_judge"] == "lowest" else sum(marks, Fraction(0)) / len(marks)
    marks = marks + [absent] * (panel["judges"] - len(marks))
    for _ in range(panel["drop_highest"]):
        marks.remove(max(marks))
    for _ in range(panel["drop_lowest"]):
        marks.remove(min(marks))
    return half_up(sum(marks, Fraction(0)) / len(marks), 2)


def random_marks(random: Random, judges: int) -> list[Decimal]:
    return [Decimal(random.randint(7000, 10000)) / 100 for _ in range(random.randint(0, judges))]


def test_the_mean_of_any_jury() -> None:
    random = Random("jury")
    for _ in range(60):
        judges = random.randint(3, 9)
        panel = {
            "title": "评委",
            "judges": judges,
            "criteria": [{"key": "WHOLE", "title": "总体", "at_least": 0, "at_most": 100}],
            "decimals": 2,
            "drop_highest": random.randint(0, 1),
            "drop_lowest": random.randint(0, 1),
            "minimum": random.randint(3, judges),
            "missing_judge": random.choice(["mean of the others", "lowest", "block"]),
        }
        rule = {"metric": "jury", "panel": "JURY", "share": 100, "scale": "as-is", "missing": "block"}
        given = [random_marks(random, judges) for _ in range(10)]
        people = [
            figures(marks=[Mark("JURY", str(judge), mark) for judge, mark in enumerate(marks)]) for marks in given
        ]
        found = measure(people, rules_with({"ONE": (100, [rule])}, jury={"JURY": panel}), BEIJING_WINDOW)
        expected = [slow_jury(list(map(Fraction, marks)), panel) for marks in given]
        assert [None if one.values[0] is None else Fraction(one.values[0]) for one in found] == expected
