"""Moments and weeks as people in China read them."""

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def end_of_day(moment: datetime, later: int = 0) -> datetime:
    """24:00 of its day, or of the day that is so many days later."""
    return moment.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=later + 1)


def said(moment: datetime | None) -> str:
    """`2021-09-05 24:00` for the midnight at which 6 September begins, as deadlines are announced; `-` for none."""
    if moment is None:
        return "-"
    local = moment.astimezone(BEIJING)
    if local.hour == local.minute == local.second == 0:
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
