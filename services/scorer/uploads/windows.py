"""What lies outside the times of every round: rows outside the windows, ordinary rows that score nothing; and files
exported when no round takes figures.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from services.shared.file_vocabulary import Source

_BEIJING = ZoneInfo("Asia/Shanghai")

# When a row happened. An order that was never paid lies where it was submitted.
_MOMENTS = {
    Source.WORKS: pl.col("published_at"),
    Source.LIVE_SESSIONS: pl.col("started_at"),
    Source.ORDERS: pl.coalesce("paid_at", "submitted_at"),
}


Span = tuple[datetime, datetime]


class Times(NamedTuple):
    """Of a contest's rounds the windows, and the spans in which figures may be exported; half-open."""

    windows: Sequence[Span]
    exported: Sequence[Span]

    def take_export(self, exported_at: datetime) -> bool:
        """Whether figures exported then can count; with no round at all nobody can say."""
        return not self.exported or any(begins <= exported_at < ends for begins, ends in self.exported)


def count_outside(frame: pl.DataFrame, source: Source, period: Span | None, windows: Sequence[Span]) -> int:
    """The number of rows in none of the half-open windows; days count by the Beijing calendar.

    `period` is the first and last moment of the rows: mostly it lies in a window, and there is little to count. A row
    that says no time, an order neither submitted nor paid, lies in none.
    """
    if frame.height == 0:
        return 0
    if period is not None and any(opens <= period[0] and period[1] < closes for opens, closes in windows):
        untimed: int = frame.select(_MOMENTS[source].is_null().sum()).item() if source is Source.ORDERS else 0
        return untimed
    inside = pl.lit(False)
    for opens_at, closes_at in windows:
        inside = inside | _inside(source, opens_at, closes_at)
    outside: int = frame.select((~inside.fill_null(False)).sum()).item()
    return outside


def _inside(source: Source, opens_at: datetime, closes_at: datetime) -> pl.Expr:
    if source is not Source.ACCOUNT_DAYS:
        moment = _MOMENTS[source]
        return (moment >= opens_at) & (moment < closes_at)
    midnight = pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone("Asia/Shanghai")
    first_midnight = opens_at.astimezone(_BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight >= first_midnight) & (midnight < closes_at.astimezone(_BEIJING))
