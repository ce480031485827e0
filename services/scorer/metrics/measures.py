"""The metrics of the catalogue: one small function for each metric and source, found in `MEASURES`.

A measured value is None where it is unknown: no upload in force covers the metric's source, or every row that was
found leaves the figure out. It is 0 where the source is covered and nothing happened.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple

from services.scorer.metrics.figures import Earlier, Figures, LiveSession, OrderDay, Window, Work
from services.scorer.metrics.totals import Number, Part, quotient, sum_known, total
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
    return total(figures.works, repeat(1, len(figures.works)), rule)


def _work_count(metric: str, count: Callable[[Work], int | None]) -> None:
    @_measures(metric, Source.WORKS)
    def sum_of_works(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        return total(figures.works, map(count, figures.works), rule)


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
    weights = list((rule.counts or {}).items())

    def weighted(work: Work) -> Number | None:
        return sum_known(
            [None if (count := getattr(work, name)) is None else count * weight for name, weight in weights]
        )

    return total(figures.works, map(weighted, figures.works), rule)


_engagement_of = attrgetter("likes", "comments", "shares", "favourites")


@_measures("engagement_per_play", Source.WORKS)
def _engagement_per_play(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    def part(work: Work) -> Part | None:
        engaged = sum_known(_engagement_of(work))
        return None if work.plays is None or engaged is None else (engaged, work.plays)

    return quotient(map(part, figures.works), rule)


@_measures("completion_rate", Source.WORKS)
def _completion_rate(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    """Weighted by plays: a work seen by ten people must not outweigh one seen by a million."""

    def part(work: Work) -> Part | None:
        if work.plays is None or work.completion_rate is None:
            return None
        return (work.completion_rate * work.plays, work.plays)

    return quotient(map(part, figures.works), rule)


# Account operation ---------------------------------------------------------------------------------------------------


@_measures("active_days", Source.WORKS, Source.LIVE_SESSIONS)
def _active_days(figures: Figures, _rule: Measurement, _: Terms) -> Decimal | None:
    """Days with a work or a session; one source is enough to know of some."""
    days = {work.day for work in figures.works} | {session.day for session in figures.live_sessions}
    return Decimal(len(days))


@_measures("sessions", Source.LIVE_SESSIONS)
def _sessions(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    return total(figures.live_sessions, repeat(1, len(figures.live_sessions)), rule)


@_measures("hours_live", Source.LIVE_SESSIONS)
def _hours_live(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    return total(figures.live_sessions, [session.minutes for session in figures.live_sessions], rule, per_unit=60)


def _session_sum(metric: str, figure: Callable[[LiveSession], Number | None]) -> None:
    @_measures(metric, Source.LIVE_SESSIONS)
    def sum_of_sessions(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        return total(figures.live_sessions, map(figure, figures.live_sessions), rule)


_session_sum("viewers", attrgetter("viewers"))
_session_sum("views", attrgetter("views"))
_session_sum("buyers", attrgetter("buyers"))


def _day_sum(metric: str) -> None:
    measured = METRICS[metric].measure

    @_measures(metric, Source.ACCOUNT_DAYS)
    def sum_of_days(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        if measured not in figures.covered_measures:  # files hold one measure each
            return None
        days = [day for day in figures.account_days if day.measure is measured]
        return total(days, [day.value for day in days], rule)


_day_sum("net_follower_gain")
_day_sum("profile_visits")


@_measures("follower_growth", Source.ACCOUNT_DAYS)
def _follower_growth(figures: Figures, _rule: Measurement, _: Terms) -> Decimal | None:
    """Followers on the last known day of the window less those on the first; unknown from fewer than two days."""
    stock = sorted(
        (day.day, day.value) for day in figures.account_days if day.measure is AccountMeasure.TOTAL_FOLLOWERS
    )
    return stock[-1][1] - stock[0][1] if len(stock) > 1 else None


@_measures("regularity", Source.LIVE_SESSIONS)
def _regularity(figures: Figures, _: Measurement, terms: Terms) -> Decimal | None:
    """Weeks with a session ÷ weeks that overlap the window; Monday to Sunday, Beijing."""
    window = terms.window
    last_moment = window.closes_at - timedelta(microseconds=1)
    weeks = _week(last_moment.date()) - _week(window.opens_at.date()) + 1
    return Decimal(len({_week(session.day) for session in figures.live_sessions})) / weeks


def _week(day: date) -> int:
    """The number of the day's week; day 1 of the calendar was a Monday."""
    return (day.toordinal() - 1) // 7


# Sales ---------------------------------------------------------------------------------------------------------------

_session_sum("gross_sales", attrgetter("gross_sales"))
_session_sum("paid_sales", attrgetter("paid_sales"))
_session_sum("net_sales", attrgetter("net_sales"))
_session_sum("orders", attrgetter("orders"))


def _order_sum(metric: str, figure: Callable[[OrderDay], Number]) -> None:
    @_measures(metric, Source.ORDERS)
    def sum_of_orders(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
        if rule.featured_factor is None:
            return total(figures.order_days, map(figure, figures.order_days), rule)
        # What featured products sold counts once in the days themselves, and here for the rest of its factor.
        more, featured = rule.featured_factor - 1, figures.featured_days
        amounts = [*map(figure, figures.order_days), *(figure(day) * more for day in featured)]
        return total([*figures.order_days, *featured], amounts, rule)


def _net(day: OrderDay) -> Decimal:
    return day.gross_sales - day.refunds


# An order file knows one amount, what was paid: there gross and paid are the same.
_order_sum("gross_sales", attrgetter("gross_sales"))
_order_sum("paid_sales", attrgetter("gross_sales"))
_order_sum("net_sales", _net)
_order_sum("orders", attrgetter("orders"))


@_measures("featured_share", Source.ORDERS)
def _featured_share(figures: Figures, _rule: Measurement, _: Terms) -> Decimal | None:
    """Net sales of featured products ÷ net sales; 0 where nothing was sold."""
    net = sum(map(_net, figures.order_days), ZERO)
    return sum(map(_net, figures.featured_days), ZERO) / net if net > 0 else ZERO


_SALES: dict[str, Callable[[LiveSession], Decimal | None]] = {
    "gross": lambda session: session.gross_sales,
    "paid": lambda session: session.paid_sales,
    "net": lambda session: session.net_sales,
}


@_measures("sales_per_thousand_views", Source.LIVE_SESSIONS)
def _sales_per_thousand_views(figures: Figures, rule: Measurement, _: Terms) -> Decimal | None:
    sales_of = _SALES[rule.sales or "paid"]

    def part(session: LiveSession) -> Part | None:
        sales = sales_of(session)
        return None if sales is None or session.views is None else (sales * 1000, session.views)

    return quotient(map(part, figures.live_sessions), rule)


_session_sum("promotion_spend", attrgetter("promotion_spend"))

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
