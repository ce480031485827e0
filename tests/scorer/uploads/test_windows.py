"""Rows outside every round's window, with windows as the database gives them: in UTC."""

from datetime import UTC, date, datetime

import polars as pl

from services.scorer.uploads.windows import count_outside
from services.shared.vocabulary import Source

# 20 July to 31 August 2021, 24:00, in Beijing.
WINDOWS = [(datetime(2021, 7, 19, 16, tzinfo=UTC), datetime(2021, 8, 31, 16, tzinfo=UTC))]


def test_days_count_by_the_beijing_calendar() -> None:
    days = [date(2021, 7, 19), date(2021, 7, 20), date(2021, 8, 31), date(2021, 9, 1)]
    period = (datetime(2021, 7, 18, 16, tzinfo=UTC), datetime(2021, 8, 31, 16, tzinfo=UTC))
    assert count_outside(pl.DataFrame({"day": days}), Source.ACCOUNT_DAYS, period, WINDOWS) == 2


def test_a_window_is_half_open() -> None:
    moments = [datetime(2021, 7, 19, 15, 59, 59, tzinfo=UTC), WINDOWS[0][0], WINDOWS[0][1]]
    frame = pl.DataFrame({"published_at": moments}, schema={"published_at": pl.Datetime("us", "UTC")})
    assert count_outside(frame, Source.WORKS, (moments[0], moments[-1]), WINDOWS) == 2
    assert count_outside(frame[1:], Source.WORKS, (moments[1], moments[-1]), WINDOWS) == 1
    assert count_outside(frame[1:2], Source.WORKS, (moments[1], moments[1]), WINDOWS) == 0
