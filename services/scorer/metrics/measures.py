"""The metrics of the catalogue: one small function for each metric and source, found in `MEASURES`.

A measured value is None where it is unknown: no upload in force covers the metric's source, or every row that was
found leaves the figure out. It is 0 where the source is covered and nothing happened.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter, sub
from typing import NamedTuple

from services.scorer.metrics.figures import (
    CENTS,
    HUNDREDTHS,
    MILLIONTHS,
    AccountDays,
    Column,
    Earlier,
    Figures,
    LiveSessions,
    OrderDays,
    Window,
    Works,
    day_number,
)
from services.scorer.metrics.totals import Number, quotient, sum_known, total
from services.shared.exact import ZERO
from services.shared.file_vocabulary import AccountMeasure, Source
from services.shared.rules.catalogue import METRICS
from services.shared.rules.jury import Panel
from services.shared.rules.measurement import Measurement


class Terms(NamedTuple):
    """What the round says that measuring may need."""

    window: Window
    jury: Mapping[str, Panel]


Measure = Callable[[Figures, Measurement, Terms], Decimal | None]

MEASURES: dict[tuple[str, Source | None], Measure] = {}  # no source: no export tells of it


def _measures(metric: str, *sources: Source | None) -> Callable[[Measure], Measure]:
    def register(function: Measure) -> Measure:
        for source in sources:
            MEASURES[metric, source] = function
        return function

    return register


# Short video ---------------------------------------------------------------------------------------------------------


@_measures("works_published", Source.WORKS)
def _works_published(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    return total(figures.works.day, [1] * len(figures.works.day), rule)


def _work_count(metric: str, count: Callable[[Works], Column]) -> None:
    @_measures(metric, Source.WORKS)
    def sum_of_works(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        return total(figures.works.day, count(figures.works), rule)


_work_count("plays", attrgetter("plays"))
_work_count("likes", attrgetter("likes"))
_work_count("comments", attrgetter("comments"))
_work_count("shares", attrgetter("shares"))
_work_count("favourites", attrgetter("favourites"))
_work_count("follower_gain", attrgetter("follower_gain"))
_work_count("profile_visits", attrgetter("profile_visits"))


@_measures("weighted_counts", Source.WORKS)
def _weighted_counts(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    """Σ weight × count; a count that a file leaves out adds nothing."""
    weighted = [
        [None if count is None else count * weight for count in getattr(figures.works, name)]
        for name, weight in (rule.counts or {}).items()
    ]
    return total(figures.works.day, [*map(sum_known, zip(*weighted, strict=True))], rule)


@_measures("engagement_per_play", Source.WORKS)
def _engagement_per_play(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    works = figures.works
    counts = zip(works.likes, works.comments, works.shares, works.favourites, strict=True)
    return quotient([*map(sum_known, counts)], works.plays, rule)


@_measures("completion_rate", Source.WORKS)
def _completion_rate(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    """Weighted by plays: a work seen by ten people must not outweigh one seen by a million."""
    plays, rates = figures.works.plays, figures.works.completion_rate
    completed = [
        None if rate is None or count is None else rate * count for rate, count in zip(rates, plays, strict=True)
    ]
    return quotient(completed, plays, rule, per_unit=MILLIONTHS)


# Account operation ---------------------------------------------------------------------------------------------------


@_measures("active_days", Source.WORKS, Source.LIVE_SESSIONS)
def _active_days(figures: Figures, _rule: Measurement, _: Terms) -> Decimal | None:
    """Days with a work or a session; one source is enough to know of some."""
    return Decimal(len({*figures.works.day, *figures.live_sessions.day}))


@_measures("sessions", Source.LIVE_SESSIONS)
def _sessions(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    return total(figures.live_sessions.day, [1] * len(figures.live_sessions.day), rule)


@_measures("hours_live", Source.LIVE_SESSIONS)
def _hours_live(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    return total(figures.live_sessions.day, figures.live_sessions.minutes, rule, per_unit=60 * HUNDREDTHS)


def _session_sum(metric: str, figure: Callable[[LiveSessions], Column], per_unit: int = 1) -> None:
    @_measures(metric, Source.LIVE_SESSIONS)
    def sum_of_sessions(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        return total(figures.live_sessions.day, figure(figures.live_sessions), rule, per_unit)


_session_sum("viewers", attrgetter("viewers"))
_session_sum("views", attrgetter("views"))
_session_sum("buyers", attrgetter("buyers"))


def _day_sum(metric: str) -> None:
    measured = METRICS[metric].measure

    @_measures(metric, Source.ACCOUNT_DAYS)
    def sum_of_days(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        if measured is None or measured not in figures.covered_measures:  # files hold one measure each
            return None
        days = figures.account_days.get(measured, AccountDays())
        return total(days.day, days.value, rule)


_day_sum("net_follower_gain")
_day_sum("profile_visits")


@_measures("follower_growth", Source.ACCOUNT_DAYS)
def _follower_growth(figures: Figures, _rule: Measurement, _: Terms) -> Decimal | None:
    """Followers on the last known day of the window less those on the first; unknown from fewer than two days."""
    days = figures.account_days.get(AccountMeasure.TOTAL_FOLLOWERS, AccountDays())
    stock = sorted(zip(days.day, days.value, strict=True))
    return Decimal(stock[-1][1] - stock[0][1]) if len(stock) > 1 else None


@_measures("regularity", Source.LIVE_SESSIONS)
def _regularity(figures: Figures, _: Measurement, terms: Terms) -> Decimal | None:
    """Weeks with a session ÷ weeks that overlap the window; Monday to Sunday, Beijing."""
    window = terms.window
    first, last = map(day_number, (window.opens_at, window.closes_at - timedelta(microseconds=1)))
    weeks = last // 7 - first // 7 + 1
    return Decimal(len({day // 7 for day in figures.live_sessions.day})) / weeks


# Sales ---------------------------------------------------------------------------------------------------------------

_session_sum("gross_sales", attrgetter("gross_sales"), CENTS)
_session_sum("paid_sales", attrgetter("paid_sales"), CENTS)
_session_sum("net_sales", attrgetter("net_sales"), CENTS)
_session_sum("orders", attrgetter("orders"))


def _order_sum(metric: str, figure: Callable[[OrderDays], Sequence[int]], per_unit: int = 1) -> None:
    @_measures(metric, Source.ORDERS)
    def sum_of_orders(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        days, amounts = figures.order_days.day, figure(figures.order_days)
        if rule.featured_factor is None:
            return total(days, amounts, rule, per_unit)
        # What featured products sold counts once in the days themselves, and here for the rest of its factor.
        more, featured = rule.featured_factor - 1, figures.featured_days
        extra: list[Number] = [amount * more for amount in figure(featured)]
        return total([*days, *featured.day], [*amounts, *extra], rule, per_unit)


def _net(days: OrderDays) -> list[int]:
    return [*map(sub, days.gross_sales, days.refunds)]


# An order file knows one amount, what was paid: there gross and paid are the same.
_order_sum("gross_sales", attrgetter("gross_sales"), CENTS)
_order_sum("paid_sales", attrgetter("gross_sales"), CENTS)
_order_sum("net_sales", _net, CENTS)
_order_sum("orders", attrgetter("orders"))


@_measures("featured_share", Source.ORDERS)
def _featured_share(figures: Figures, _rule: Measurement, _: Terms) -> Decimal | None:
    """Net sales of featured products ÷ net sales; 0 where nothing was sold."""
    net = sum(_net(figures.order_days))
    return Decimal(sum(_net(figures.featured_days))) / net if net > 0 else ZERO


@_measures("sales_per_thousand_views", Source.LIVE_SESSIONS)
def _sales_per_thousand_views(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    sessions = figures.live_sessions
    sales = {"gross": sessions.gross_sales, "paid": sessions.paid_sales, "net": sessions.net_sales}[
        rule.sales or "paid"
    ]
    per_thousand = [None if amount is None else amount * 1000 for amount in sales]
    return quotient(per_thousand, sessions.views, rule, per_unit=CENTS)


_session_sum("promotion_spend", attrgetter("promotion_spend"), CENTS)

# Beside the exports --------------------------------------------------------------------------------------------------


@_measures("jury", None)
def _jury(figures: Figures, rule: Measurement, terms: Terms) -> Decimal | None:
    """The mean of the panel's marks without the highest and lowest ones; unknown from too few of them."""
    panel = terms.jury[rule.panel or ""]
    marks = sorted(mark.points for mark in figures.marks if mark.panel == rule.panel)
    if len(marks) < panel.needed:
        return None
    # The mean of the others seldom has an end: everything is taken so many times that it has one.
    times = len(marks)
    absent = marks[0] * times if panel.missing_judge == "lowest" else sum(marks, ZERO)
    marks = sorted([*(mark * times for mark in marks), *[absent] * (panel.judges - times)])
    counted = marks[panel.drop_lowest : len(marks) - panel.drop_highest]
    return sum(counted, ZERO) / (times * len(counted))


def _of_earlier_round(metric: str, figure: Callable[[Earlier], Number]) -> None:
    @_measures(metric, None)
    def earlier(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        found = figures.earlier.get(rule.of_round or "")
        return None if found is None else Decimal(figure(found))


_of_earlier_round("earlier_total", attrgetter("total"))
_of_earlier_round("earlier_rank", attrgetter("rank"))
