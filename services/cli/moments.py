"""Moments as people type them, in Beijing time unless they say another offset."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from services.cli.errors import CommandError

_LOOSE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(.*))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def moment(text: str | None) -> str | None:
    """A moment as the API takes it, also written like `2021/9/1 8:05`; without an offset it is Beijing time."""
    if text is None:
        return None
    try:
        stated = datetime.fromisoformat(_padded(unicodedata.normalize("NFKC", text).strip()))
    except ValueError:
        raise CommandError(f"看不懂时间 {text}，应如 2021-09-01T20:00。 / Not a time like 2021-09-01T20:00.") from None
    return stated.isoformat() if stated.tzinfo else f"{stated.isoformat()}+08:00"


def _padded(text: str) -> str:
    """`2021/9/1 8:05` as ISO 8601 has it; anything else as it is."""
    found = _LOOSE.fullmatch(text)
    if found is None:
        return text
    year, month, day, hour, minute, rest = found.groups()
    time = f"T{int(hour):02}:{minute}{rest}" if hour else ""
    return f"{year}-{int(month):02}-{int(day):02}{time}"


def end_of(text: str | None) -> str | None:
    """A deadline as the API takes it; a day alone means its end, 24:00 in Beijing."""
    if text is None or not _DAY.fullmatch(text):
        return moment(text)
    try:
        return f"{date.fromisoformat(text) + timedelta(days=1)}T00:00:00+08:00"
    except (ValueError, OverflowError):
        return moment(text)  # says that it is none
