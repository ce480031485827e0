"""Numbers and moments as people in China write them."""

from datetime import datetime, timedelta
from decimal import Decimal

from babel.numbers import format_decimal

from services.shared.beijing import BEIJING
from services.shared.words import Language


def exact(value: Decimal | int | str) -> str:
    """All digits, in threes: `12,345.60`."""
    number = Decimal(value)
    places = max(0, -int(number.as_tuple().exponent))
    return format_decimal(number, format=f"#,##0{'.' + '0' * places if places else ''}", locale="zh_CN")


def moment(text: str, language: Language) -> str:
    """A moment of the API in Beijing time: `2021年7月20日 08:00`, `20 July 2021, 08:00`."""
    at = datetime.fromisoformat(text).astimezone(BEIJING)
    if language is Language.EN:
        return f"{at.day} {at:%B %Y, %H:%M}"
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def day(text: str, language: Language) -> str:
    """The day of a moment in Beijing."""
    at = datetime.fromisoformat(text).astimezone(BEIJING)
    return f"{at.day} {at:%B %Y}" if language is Language.EN else f"{at.year}年{at.month}月{at.day}日"


def until(text: str, language: Language) -> str:
    """The end of a window, as deadlines are announced: midnight is 24:00 of the day before."""
    at = datetime.fromisoformat(text).astimezone(BEIJING)
    if at.hour or at.minute or at.second:
        return moment(text, language)
    before = (at - timedelta(days=1)).isoformat()
    return f"{day(before, language)}{', ' if language is Language.EN else ' '}24:00"


def size(count: int) -> str:
    """Of a file: `12 KB`, `3.4 MB`."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} KB"
