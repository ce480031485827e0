"""What is measured from given figures, metric by metric; and what is 0 and what unknown."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from services.scorer.metrics.figures import Earlier, Figures, Mark, Window
from services.scorer.metrics.measure import measure
from services.scorer.metrics.measures import MEASURES
from services.shared.file_vocabulary import AccountMeasure, Source
from services.shared.rules.catalogue import METRICS
from tests.scorer.contestants import (
    BEIJING_WINDOW,
    account_day,
    figures,
    live_session,
    order_day,
    rules_with,
    work,
)

NET, TOTAL, VISITS = AccountMeasure.NET_FOLLOWERS, AccountMeasure.TOTAL_FOLLOWERS, AccountMeasure.PROFILE_VISITS

WORKS = [
    work(0, plays=1000, likes=50, comments=5, shares=3, favourites=2, completion_rate=Decimal("0.5"), follower_gain=4),
    work(
        0, plays=3000, likes=10, comments=None, shares=1, favourites=1, completion_rate=Decimal("0.1"), follower_gain=-1
    ),
    work(3, plays=None, likes=7, profile_visits=9),
    work(5, plays=500, likes=1, comments=1, shares=1, favourites=1, profile_visits=4),
]
SESSIONS = [
    live_session(
        0,
        minutes=Decimal(50),
        viewers=300,
        views=400,
        paid_sales=Decimal(100),
        gross_sales=Decimal(110),
        net_sales=Decimal(90),
        orders=4,
        buyers=3,
    ),
    live_session(1, minutes=Decimal("20.5"), viewers=100, views=100, paid_sales=Decimal("12.34"), orders=1, buyers=1),
    live_session(1, minutes=None, viewers=None, views=500, promotion_spend=Decimal("80.5")),
    live_session(20, minutes=Decimal(600), viewers=5, promotion_spend=Decimal(20)),
]
DAYS = [
    account_day(0, NET, 30),
    account_day(1, NET, -50),
    account_day(4, TOTAL, 1200),
    account_day(0, TOTAL, 1000),
    account_day(9, TOTAL, 1150),
    account_day(2, VISITS, 12),
    account_day(3, VISITS, 8),
]
ORDERS = [order_day(0, 3, "100.50", refunds="20.25"), order_day(1, 2, "60")]
FEATURED = [order_day(0, 1, "40", refunds="5")]
MARKS = [Mark("STAGE", f"judge {index}", Decimal(points)) for index, points in enumerate((90, 70, 99, 80, 86))]
PANEL = {
    "title": "评委",
    "judges": 5,
    "criteria": [{"key": "SKILL", "title": "技巧", "at_least": 70, "at_most": 100}],
    "decimals": 2,
    "drop_highest": 1,
    "drop_lowest": 1,
    "minimum": 3,
    "missing_judge": "mean of the others",
}
EARLIER = {"heats": Earlier(Decimal("71.36"), 4)}
ALL = figures(
    works=WORKS,
    live_sessions=SESSIONS,
    account_days=DAYS,
    order_days=ORDERS,
    featured_days=FEATURED,
    marks=MARKS,
    earlier=EARLIER,
)
NET_SALES = {"refunds_until": datetime.fromisoformat("2021-09-10T00:00:00+08:00")}


def measured(metric: str, of: Figures = ALL, window: Window = BEIJING_WINDOW, **stated: Any) -> Decimal | None:
    lower = METRICS[metric].direction == "lower"
    scored = {"scale": "bands", "bands": [{"at_least": 0, "points": 1}], "missing": "exclude"}
    as_is = {"scale": "as-is", "missing": "zero"}
    rule = {"metric": metric, "share": 100} | (scored if lower else as_is) | stated
    return measure([of], rules_with({"ONE": (100, [rule])}, jury={"STAGE": PANEL}), window)[0].values[0]


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("works_published", {}, "4"),
    ("works_published", {"cap_per_day": 1}, "3"),
    ("plays", {}, "4500"),
    ("plays", {"best_n": 2}, "4000"),
    ("plays", {"cap_per_day": 3500}, "4000"),
    ("likes", {}, "68"),
    ("comments", {}, "6"),
    ("shares", {}, "5"),
    ("favourites", {}, "4"),
    ("follower_gain", {}, "3"),
    ("profile_visits", {"source": "works"}, "13"),
    ("weighted_counts", {"counts": {"likes": Decimal("0.5"), "comments": Decimal("0.3")}}, "35.80"),  # 34 + 1.8
    ("engagement_per_play", {}, "0.016889"),  # (60 + 12 + 4) ÷ 4500; the work without plays is left out
    ("engagement_per_play", {"best_n": 1}, "0.004000"),  # the most played one: 12 ÷ 3000
    ("completion_rate", {}, "0.200000"),  # (0.5 × 1000 + 0.1 × 3000) ÷ 4000
    ("completion_rate", {"best_n": 1, "decimals": 2}, "0.10"),
    ("active_days", {}, "5"),  # days 0, 1, 3, 5, 20
    ("sessions", {}, "4"),
    ("sessions", {"cap_per_day": 1}, "3"),
    ("hours_live", {}, "11.18"),  # 670.5 minutes, 11.175
    ("hours_live", {"cap_per_day": 4}, "5.18"),  # 50 + 20.5 + 240 minutes
    ("hours_live", {"best_n": 1}, "10.00"),
    ("viewers", {}, "405"),
    ("views", {}, "1000"),
    ("net_follower_gain", {}, "-20"),
    ("follower_growth", {}, "150"),
    ("profile_visits", {"source": "account_days"}, "20"),
    ("regularity", {}, "0.2857"),  # 2 weeks of 7
    ("gross_sales", {"source": "orders"}, "160.50"),
    ("paid_sales", {"source": "orders"}, "160.50"),
    ("net_sales", {"source": "orders"} | NET_SALES, "140.25"),
    ("orders", {"source": "orders"}, "5"),
    ("gross_sales", {"source": "live_sessions"}, "110.00"),
    ("paid_sales", {"source": "live_sessions"}, "112.34"),
    ("net_sales", {"source": "live_sessions"} | NET_SALES, "90.00"),
    ("orders", {"source": "live_sessions"}, "5"),
    ("buyers", {}, "4"),
    ("sales_per_thousand_views", {"sales": "paid"}, "224.68"),  # 112.34 ÷ 500 × 1000
    ("sales_per_thousand_views", {"sales": "paid", "best_n": 1}, "250.00"),  # the most viewed one: 100 ÷ 400 × 1000
    ("sales_per_thousand_views", {"sales": "gross"}, "275.00"),  # only the session that tells both
    ("sales_per_thousand_views", {"sales": "net"} | NET_SALES, "225.00"),
    ("gross_sales", {"source": "orders", "featured_factor": 2}, "200.50"),  # 160.50 + 40 of featured products
    ("paid_sales", {"source": "orders", "featured_factor": 0}, "120.50"),
    ("net_sales", {"source": "orders", "featured_factor": Decimal("1.5")} | NET_SALES, "157.75"),  # 140.25 + 35 ÷ 2
    ("gross_sales", {"source": "orders", "featured_factor": 2, "cap_per_day": 100}, "160.00"),  # day 0: 140.50 → 100
    ("featured_share", NET_SALES, "0.249554"),  # 35 ÷ 140.25
    ("promotion_spend", {}, "100.50"),
    ("jury", {"panel": "STAGE"}, "85.33"),  # 80, 86, 90 are left of 70, 80, 86, 90, 99
    ("earlier_total", {"of_round": "heats"}, "71.36"),
    ("earlier_rank", {"of_round": "heats"}, "4"),
]


def test_every_metric_of_the_catalogue_is_measured_and_nothing_else() -> None:
    assert {
        (metric.key, source) for metric in METRICS.values() for source in metric.sources or [None]
    } == MEASURES.keys()


def test_every_metric_has_a_case_from_each_of_its_sources() -> None:
    tried: set[tuple[str, Source | None]] = set()
    for metric, stated, _ in CASES:
        sources = [Source(stated["source"].upper())] if "source" in stated else METRICS[metric].sources or [None]
        tried |= {(metric, source) for source in sources}
    assert tried == MEASURES.keys()


@pytest.mark.parametrize(("metric", "stated", "value"), CASES)
def test_value(metric: str, stated: dict[str, Any], value: str) -> None:
    assert str(measured(metric, **stated)) == value


def stated_for(metric: str, source: Source | None) -> dict[str, Any]:
    """What the rules must say of a metric beside its name."""
    asks = {"counts": {"likes": 1}, "sales": "paid", "panel": "STAGE", "of_round": "heats"} | NET_SALES
    entry = METRICS[metric]
    needed = {key: asks[key] for key in entry.asks}
    if source is None or len(entry.sources) < 2 or entry.joins_sources:
        return needed
    return needed | {"source": source.value.lower()}


FROM_EXPORTS = sorted((metric, source) for metric, source in MEASURES if source is not None)


@pytest.mark.parametrize(("metric", "source"), FROM_EXPORTS)
def test_what_the_catalogue_lets_rules_limit_is_limited(metric: str, source: Source) -> None:
    entry, stated = METRICS[metric], stated_for(metric, source)
    whole = measured(metric, **stated)
    if entry.additive:
        assert measured(metric, cap_per_day=1, **stated) != whole
    if entry.has_rows:
        assert measured(metric, best_n=1, **stated) != whole


@pytest.mark.parametrize(("metric", "source"), FROM_EXPORTS)
def test_unknown_where_no_upload_speaks_of_the_source(metric: str, source: Source) -> None:
    entry = METRICS[metric]
    silent = set(Source) - (set(entry.sources) if entry.joins_sources else {source})
    assert measured(metric, figures(covered=silent), **stated_for(metric, source)) is None


@pytest.mark.parametrize(("metric", "source"), FROM_EXPORTS)
def test_zero_where_the_source_is_covered_and_nothing_happened(metric: str, source: Source) -> None:
    expected = None if metric == "follower_growth" else 0  # a stock that nobody told is unknown, not 0
    assert measured(metric, figures(covered={source}), **stated_for(metric, source)) == expected


@pytest.mark.parametrize("metric", ["plays", "engagement_per_play", "completion_rate", "weighted_counts"])
def test_unknown_where_every_work_leaves_it_out(metric: str) -> None:
    assert measured(metric, figures(works=[work(1), work(2)]), **stated_for(metric, Source.WORKS)) is None


def test_a_work_nobody_played_has_no_engagement() -> None:
    assert measured("engagement_per_play", figures(works=[work(1, plays=0, likes=0)])) == 0


def test_days_of_another_measure_say_nothing_of_this_one() -> None:
    days = [account_day(0, VISITS, 3)]
    assert measured("net_follower_gain", figures(covered_measures={VISITS}, account_days=days)) is None
    assert measured("net_follower_gain", figures(covered_measures={VISITS, NET}, account_days=days)) == 0


def test_follower_growth_needs_two_days() -> None:
    assert measured("follower_growth", figures(account_days=[account_day(0, TOTAL, 500)])) is None


def test_one_of_two_joined_sources_is_enough() -> None:
    assert measured("active_days", figures(covered={Source.WORKS}, works=[work(1), work(1)])) == 1


JURY_CASES: list[tuple[str, dict[str, Any], str | None]] = [
    ("90 80 70 86 99", {}, "85.33"),  # 80, 86, 90
    ("90 80 70 86 99", {"drop_highest": 2, "drop_lowest": 0}, "78.67"),  # 70, 80, 86
    ("90 90 90 70 99", {}, "90.00"),  # of equal ones only so many are dropped
    ("90 80 70", {"minimum": 3}, "80.00"),  # 70, 80, 80, 80, 90 with the mean of the others for the two who are absent
    ("90 80 70", {"missing_judge": "lowest"}, "73.33"),  # 70, 70, 70, 80, 90
    ("90 80", {}, None),  # fewer than the minimum
    ("90 80 70 86", {"missing_judge": "block"}, None),
    ("90 80 70 86 99", {"missing_judge": "block"}, "85.33"),
    ("", {}, None),
]


@pytest.mark.parametrize(("marks", "stated", "value"), JURY_CASES)
def test_the_mean_of_a_jury(marks: str, stated: dict[str, Any], value: str | None) -> None:
    given = [Mark("STAGE", f"judge {index}", Decimal(points)) for index, points in enumerate(marks.split())]
    given.append(Mark("HALL", "judge 0", Decimal(1)))
    rule = {"metric": "jury", "panel": "STAGE", "share": 100, "scale": "as-is", "missing": "block"}
    rules = rules_with({"ONE": (100, [rule])}, jury={"STAGE": PANEL | stated, "HALL": PANEL})
    (found,) = measure([figures(marks=given)], rules, BEIJING_WINDOW)
    assert found.values == (None if value is None else Decimal(value),)


def test_an_earlier_round_without_a_result_is_unknown() -> None:
    assert measured("earlier_total", figures(earlier={"spring": EARLIER["heats"]}), of_round="heats") is None


def test_weeks_run_from_monday_to_sunday_and_one_that_only_touches_the_window_counts() -> None:
    # From Sunday 25 July 12:00 to Monday 2 August 00:00: the weeks of 19 and 26 July.
    opens, closes = (datetime.fromisoformat(f"{day}+08:00") for day in ("2021-07-25T12:00:00", "2021-08-02T00:00:00"))
    sunday = figures(live_sessions=[live_session(5)])
    assert measured("regularity", sunday, Window(opens, closes)) == Decimal("0.5")
