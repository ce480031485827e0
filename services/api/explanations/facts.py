"""Which rows of the files a metric counted, and what of each: the last step from a score down to a line of a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import nlargest
from typing import Any, NamedTuple, Self
from uuid import UUID

from services.api.rows import RowWithGaps
from services.shared.exact import plain
from services.shared.file_vocabulary import Source
from services.shared.rules.measurement import Measurement

_ENGAGED = ("likes", "comments", "shares", "favourites")
_SALES = {"gross": "gross_sales", "paid": "paid_sales", "net": "net_sales"}
_PAID = ("amount", "after_sale")

# What a metric reads of a row, beside the day on which it happened. Sums read one figure; a quotient's last is below
# the line.
READS: Mapping[str, Mapping[Source, tuple[str, ...]]] = {
    "works_published": {Source.WORKS: ()},
    **{name: {Source.WORKS: (name,)} for name in ("plays", *_ENGAGED, "follower_gain")},
    "weighted_counts": {Source.WORKS: ()},  # those that the rules weigh
    "engagement_per_play": {Source.WORKS: (*_ENGAGED, "plays")},
    "completion_rate": {Source.WORKS: ("completion_rate", "plays")},
    "active_days": {Source.WORKS: (), Source.LIVE_SESSIONS: ()},
    "sessions": {Source.LIVE_SESSIONS: ()},
    "hours_live": {Source.LIVE_SESSIONS: ("minutes",)},
    **{name: {Source.LIVE_SESSIONS: (name,)} for name in ("viewers", "views", "buyers", "promotion_spend")},
    "net_follower_gain": {Source.ACCOUNT_DAYS: ("value",)},
    "follower_growth": {Source.ACCOUNT_DAYS: ("value",)},
    "profile_visits": {Source.ACCOUNT_DAYS: ("value",), Source.WORKS: ("profile_visits",)},
    "regularity": {Source.LIVE_SESSIONS: ()},
    **{name: {Source.ORDERS: _PAID, Source.LIVE_SESSIONS: (name,)} for name in _SALES.values()},
    "orders": {Source.ORDERS: _PAID, Source.LIVE_SESSIONS: ("orders",)},
    "sales_per_thousand_views": {Source.LIVE_SESSIONS: ("views",)},  # and the sales that the rules name
    "featured_share": {Source.ORDERS: (*_PAID, "product_id")},
}


class FilePlace(NamedTuple):
    """A line of a file."""

    upload_id: UUID
    sheet: str
    line: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One row as it counted. `places` is more than one where a second file is believed for the plays."""

    source: Source
    at: str  # Beijing time, or the day
    day: date
    label: str | None
    figures: Mapping[str, Any]
    places: tuple[FilePlace, ...]

    @classmethod
    def of(cls, source: Source, row: RowWithGaps) -> Self:
        """From a row of the query of its source."""
        listed = (row.get(f"{prefix}upload_id") and _place(row, prefix) for prefix in ("", "plays_"))
        return cls(source, row["at"], row["day"], row.get("label"), dict(row), tuple(filter(None, listed)))  # type: ignore[call-overload]


def _place(row: RowWithGaps, prefix: str) -> FilePlace:
    return FilePlace(row[f"{prefix}upload_id"], row[f"{prefix}sheet"], row[f"{prefix}line"])


def figures_read(rule: Measurement, source: Source) -> tuple[str, ...]:
    """The names of the figures that a rule reads of a row."""
    names = READS[rule.metric][source]
    if rule.counts:
        return tuple(rule.counts)
    return (_SALES[rule.sales], *names) if rule.sales else names


def counted(rule: Measurement, facts: Mapping[Source, Sequence[Fact]]) -> list[Fact]:
    """The rows that a metric counted, in the order of time: those whose figures are known, the n best of them."""
    found = [fact for source in rule.sources for fact in _known(rule, source, facts[source])]
    if rule.best_n is not None:
        found = nlargest(rule.best_n, found, key=lambda fact: (*_worth(rule, fact), -fact.day.toordinal()))
    return sorted(found, key=lambda fact: fact.at)


def _known(rule: Measurement, source: Source, facts: Sequence[Fact]) -> Iterable[Fact]:
    if source is Source.ACCOUNT_DAYS:
        days = [fact for fact in facts if fact.figures["measure"] == rule.of.measure]
        return days[:1] + days[1:][-1:] if rule.metric == "follower_growth" else days
    needed = tuple(name for name in figures_read(rule, source) if name not in ("product_id", "after_sale"))
    if rule.metric == "weighted_counts":
        return (fact for fact in facts if any(fact.figures[name] is not None for name in needed))
    if rule.metric == "engagement_per_play":
        return (
            fact
            for fact in facts
            if fact.figures["plays"] is not None and any(fact.figures[name] is not None for name in _ENGAGED)
        )
    return (fact for fact in facts if all(fact.figures[name] is not None for name in needed))


def _worth(rule: Measurement, fact: Fact) -> tuple[Decimal, Decimal]:
    """What makes a row one of the best: its amount; of a quotient what is below the line, then above."""
    names = figures_read(rule, fact.source)
    values = [Decimal(fact.figures[name] or 0) for name in names]
    if rule.counts:
        return Decimal(sum(weight * value for weight, value in zip(rule.counts.values(), values, strict=True))), _NONE
    if rule.metric == "completion_rate":
        return values[1], values[0] * values[1]
    if len(values) > 1:
        return values[-1], Decimal(sum(values[:-1]))
    return (values[0] if values else _NONE), _NONE


_NONE = Decimal(0)


def said(value: Any) -> str:
    """A figure as plain text; `-` for one that the file does not hold."""
    if value is None:
        return "-"
    return plain(value) if isinstance(value, Decimal) else str(value)
