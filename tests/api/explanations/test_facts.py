"""Which rows a metric counts: those that measuring takes, whatever limits it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.api.explanations.facts import READS, Fact, FilePlace, counted, figures_read
from services.api.explanations.page import spans
from services.shared.file_vocabulary import Source
from services.shared.rules.catalogue import METRICS
from services.shared.rules.measurement import Measurement

FIGURES = ("plays", "likes", "comments", "shares", "favourites", "completion_rate", "profile_visits", "follower_gain")


def a_work(day: int, **figures: Any) -> Fact:
    at = date(2021, 8, day)
    place = FilePlace(uuid4(), "", day)
    return Fact(Source.WORKS, f"{at} 08:00:00", at, f"第{day}个", dict.fromkeys(FIGURES) | figures, (place,))


def a_day(day: int, measure: str, value: int) -> Fact:
    at = date(2021, 8, day)
    figures = {"measure": measure, "value": value}
    return Fact(Source.ACCOUNT_DAYS, str(at), at, None, figures, (FilePlace(uuid4(), "", day),))


def days_of(facts: Sequence[Fact]) -> list[int]:
    return [fact.day.day for fact in facts]


def test_every_metric_of_exports_says_what_it_reads() -> None:
    assert {name: set(read) for name, read in READS.items()} == {
        name: set(metric.sources) for name, metric in METRICS.items() if metric.sources
    }


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ({"metric": "plays"}, [1, 2, 4]),
        ({"metric": "plays", "best_n": 2}, [1, 4]),
        ({"metric": "likes", "best_n": 1}, [2]),  # of equals the earlier
        ({"metric": "works_published"}, [1, 2, 3, 4]),
        ({"metric": "works_published", "best_n": 2}, [1, 2]),
        ({"metric": "weighted_counts", "counts": {"likes": 1, "shares": 10}}, [2, 3, 4]),
        ({"metric": "weighted_counts", "counts": {"likes": 1, "shares": 10}, "best_n": 1}, [4]),
        ({"metric": "engagement_per_play"}, [2, 4]),
        ({"metric": "engagement_per_play", "best_n": 1}, [4]),  # most plays
        ({"metric": "completion_rate"}, [1]),
    ],
)
def test_works_that_count(rule: dict[str, Any], days: list[int]) -> None:
    works = [
        a_work(1, plays=90, completion_rate=1),
        a_work(2, plays=10, likes=9),
        a_work(3, likes=9),
        a_work(4, plays=50, likes=1, shares=1),
    ]
    for order in (works, works[::-1]):
        assert days_of(counted(Measurement.model_validate(rule), {Source.WORKS: order})) == days


def test_days_of_the_metrics_measure_count() -> None:
    days = [a_day(1, "TOTAL_FOLLOWERS", 5), a_day(2, "NET_FOLLOWERS", 1), a_day(3, "TOTAL_FOLLOWERS", 6)]
    days += [a_day(4, "TOTAL_FOLLOWERS", 9)]
    facts = {Source.ACCOUNT_DAYS: days}
    assert days_of(counted(Measurement(metric="net_follower_gain"), facts)) == [2]
    assert days_of(counted(Measurement(metric="follower_growth"), facts)) == [1, 4]


def test_what_is_read_of_a_row() -> None:
    sales = Measurement(metric="sales_per_thousand_views", sales="net")
    assert figures_read(sales, Source.LIVE_SESSIONS) == ("net_sales", "views")
    assert figures_read(Measurement(metric="orders"), Source.ORDERS) == ("amount", "after_sale")


@pytest.mark.parametrize(
    ("lines", "said"),
    [([], []), ([2], ["2"]), ([4, 2, 3, 9, 9], ["2-4", "9"]), (range(1, 60, 2), [*map(str, range(1, 25, 2)), "…"])],
)
def test_lines_are_said_as_spans(lines: Sequence[int], said: list[str]) -> None:
    assert spans(lines) == said
