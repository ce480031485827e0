"""What one cell says: every way these files write a count, an amount, a ratio, a duration, a time or an id.

Each reader takes the text of a cell that says something and gives it back in canonical form, or raises BadCell.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

import polars as pl

COUNT = pl.Int64()
MONEY = pl.Decimal(18, 2)
RATIO = pl.Decimal(12, 6)
SECONDS = pl.Decimal(14, 6)
MINUTES = pl.Decimal(12, 2)
TIME = pl.Datetime("us", "UTC")
BEIJING = timedelta(hours=8)  # always, and never written in these files

MISSING = ("", "-", "--", "—", "——", "–", "/", "N/A", "n/a", "－", "－－")
BLANK = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b\u200e\u200f"
_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
_TENS = {"万": 4, "w": 4, "亿": 8}
_NUMBER = re.compile(r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:e[+-]?\d+)?)(万|w|亿)?")
_CLOCK = re.compile(r"(?:(\d+)(?:小时|时|h))?(?:(\d+)(?:分钟|分|min|m))?(?:(\d+(?:\.\d+)?)(?:秒|s))?")
_COLONS = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)")
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]*(?<=[日 T])(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(\.\d+)?秒?|分)?)?"
)
_PACKED_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})())?")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class BadCell(ValueError):  # noqa: N818 (caught and turned into a Problem, never seen by a caller)
    """One cell that cannot be read; `code` as in `words/`."""

    def __init__(self, code: str = "VALUE_NOT_UNDERSTOOD") -> None:
        super().__init__(code)
        self.code = code


def number(text: str) -> Decimal:
    """`1,234.50`, `1.2万`, `3.5w`, `1.1亿`, full-width digits; float noise is cut at 15 significant digits."""
    match = _NUMBER.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower())
    if not match:
        raise BadCell
    value = Decimal(match[1].replace(",", ""))
    if value.adjusted() > 20:
        raise BadCell("VALUE_TOO_LARGE")
    if "." in match[1] or "e" in match[1]:
        value = _FIFTEEN.plus(value)
    return value.scaleb(_TENS[match[2]]) if match[2] else value


def count(text: str) -> str:
    value = number(text.rstrip("次人个单件条"))
    if value != value.to_integral_value():
        raise BadCell
    return _within(value, 0, 15)


def _within(value: Decimal, places: int, digits: int) -> str:
    if value.copy_abs() >= Decimal(10) ** digits:
        raise BadCell("VALUE_TOO_LARGE")
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def not_negative(read: Callable[[str], str]) -> Callable[[str], str]:
    def reader(text: str) -> str:
        value = read(text)
        if value.startswith("-") and Decimal(value) != 0:
            raise BadCell("NEGATIVE_COUNT")
        return value.removeprefix("-")

    return reader


def money(text: str) -> str:
    sign, amount = re.fullmatch(
        r"([+-]?)\s*[¥￥]?\s*(.*?)\s*元?", unicodedata.normalize("NFKC", text), re.DOTALL
    ).groups()  # type: ignore[union-attr]
    return _within(number(sign + amount), 2, 15)


def _ratio(value: Decimal) -> str:
    if not 0 <= value <= 1:
        raise BadCell("RATIO_OUT_OF_RANGE")
    return _within(value, 6, 1)


def fraction(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    return _ratio(number(plain[:-1]).scaleb(-2) if plain.endswith("%") else number(plain))


def percent_text(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain.endswith("%") and number(plain) != 0:
        raise BadCell("RATIO_WITHOUT_SIGN")
    return fraction(plain)


def percent(text: str) -> str:
    """A percentage, with or without its sign."""
    return _ratio(number(unicodedata.normalize("NFKC", text).strip().removesuffix("%")).scaleb(-2))


def _duration(bare_unit: int) -> Callable[[str], Decimal]:
    """A reader of durations in seconds; a number without a unit counts `bare_unit` seconds."""

    def reader(text: str) -> Decimal:
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
        parts = _CLOCK.fullmatch(plain) or _COLONS.fullmatch(plain)
        if parts and any(parts.groups()):
            hours, minutes, seconds = (Decimal(part or 0) for part in parts.groups())
            return hours * 3600 + minutes * 60 + seconds
        value = number(plain)
        if value < 0:
            raise BadCell("NEGATIVE_COUNT")
        return value * bare_unit

    return reader


def seconds(text: str) -> str:
    return _within(_duration(1)(text), 6, 8)


def minutes(text: str) -> str:
    return _within(_duration(60)(text) / 60, 2, 10)


def moment(text: str) -> datetime:
    """A Beijing time in any of the ways seen, without zone; a fraction is rounded to the second."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _TIME.fullmatch(plain) or _PACKED_TIME.fullmatch(plain)
    if not match:
        raise BadCell
    year, month, day, hour, minute, second, fraction = match.groups()
    try:
        whole = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
        return whole + timedelta(seconds=1 if float(fraction or 0) >= 0.5 else 0)
    except (ValueError, OverflowError):
        raise BadCell from None


def time(text: str) -> str:
    return moment(text).isoformat(sep=" ")


def day(text: str) -> str:
    value = moment(text)
    if value.time().isoformat() != "00:00:00":
        raise BadCell
    return value.date().isoformat()


def identifier(text: str) -> str:
    plain = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text).strip(BLANK).lstrip("'‘’").strip(BLANK))
    if _SCIENTIFIC.fullmatch(plain):
        raise BadCell("ID_LOST_DIGITS")
    if not _ID.fullmatch(plain):
        raise BadCell("ID_NOT_UNDERSTOOD")
    return plain


def identifiers(text: str) -> str:
    """Sub-orders of one order, joined by `;` in files with a row per order."""
    return ";".join(identifier(part) for part in re.split("[;；]", text) if part.strip(BLANK))


def handle(text: str) -> str:
    """An account's handle as typed, without what Excel and people put around it."""
    plain = unicodedata.normalize("NFKC", text).strip(BLANK).lstrip("'‘’@").strip(BLANK)
    plain = re.sub(r"(?<=^)(\d+)\.0+$", r"\1", plain)
    if _SCIENTIFIC.fullmatch(plain) and "+" in plain:
        raise BadCell("ID_LOST_DIGITS")
    if not plain or len(plain) > 64 or any(character.isspace() for character in plain):
        raise BadCell
    return plain


def beijing(value: datetime | date) -> str:
    """As these files write it: for the parameters of a problem."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) + BEIJING).isoformat(sep=" ", timespec="seconds")
    return value.isoformat()
