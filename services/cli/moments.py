"""Moments as people type them, in Beijing time unless they say another offset."""

import re
from datetime import date, datetime, timedelta

from services.cli.errors import CommandError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def moment(text: str | None) -> str | None:
    """A moment as the API takes it; without an offset it is Beijing time."""
    if text is None:
        return None
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"看不懂时间 {text}，应如 2021-09-01T20:00。 / Not a time like 2021-09-01T20:00.") from None
    return stated.isoformat() if stated.tzinfo else f"{stated.isoformat()}+08:00"


def end_of(text: str | None) -> str | None:
    """A deadline as the API takes it; a day alone means its end, 24:00 in Beijing."""
    if text is None or not _DAY.fullmatch(text):
        return moment(text)
    try:
        return f"{date.fromisoformat(text) + timedelta(days=1)}T00:00:00+08:00"
    except (ValueError, OverflowError):
        return moment(text)  # says that it is none
