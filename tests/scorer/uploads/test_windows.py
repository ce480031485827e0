"""Rows outside every round's window, with windows as the database gives them: in UTC."""

from datetime import UTC, date, datetime

import polars as pl

from services.scorer.uploads.windows import count_outside
from services.shared.file_vocabulary import Source

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


def test_a_row_without_a_time_lies_in_no_window_wherever_the_others_lie() -> None:
    inside, outside = WINDOWS[0][0], WINDOWS[0][1]
    cases: list[tuple[list[datetime | None], int]] = [([inside, None], 1), ([inside, outside, None], 2), ([None], 1)]
    for paid_at, expected in cases:
        schema = {"paid_at": pl.Datetime("us", "UTC"), "submitted_at": pl.Datetime("us", "UTC")}
        frame = pl.DataFrame({"paid_at": paid_at, "submitted_at": [None] * len(paid_at)}, schema=schema)
        moments = [moment for moment in paid_at if moment is not None]
        period = (moments[0], moments[-1]) if moments else None
        assert count_outside(frame, Source.ORDERS, period, WINDOWS) == expected
