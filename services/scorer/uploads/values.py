"""Text cells → values, one style per kind of column: a vectorised path for the usual, an exact one for the rest.

Whatever the quick path does not take goes, once per distinct text, through a plain Python reader that knows every way
these files write the thing, or names the problem. Missing stays missing: it is never 0.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

import polars as pl

from services.scorer.uploads.formats import Column

COUNT = pl.Int64()
MONEY = pl.Decimal(18, 2)
RATIO = pl.Decimal(12, 6)
SECONDS = pl.Decimal(14, 6)
MINUTES = pl.Decimal(12, 2)
TIME = pl.Datetime("us", "UTC")
BEIJING = timedelta(hours=8)  # always, and never written in these files

_MISSING = ("", "-", "--", "—", "——", "–", "/", "N/A", "n/a", "－", "－－")
_BLANK = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b\u200e\u200f"
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


@dataclass(frozen=True, slots=True)
class Reading:
    """Columns of values, and for each cell that could not be read the problem's code (null where all is well)."""

    values: pl.DataFrame
    codes: pl.DataFrame


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


def _count(text: str) -> str:
    value = number(text.rstrip("次人个单件条"))
    if value != value.to_integral_value():
        raise BadCell
    return _within(value, 0, 15)


def _within(value: Decimal, places: int, digits: int) -> str:
    if value.copy_abs() >= Decimal(10) ** digits:
        raise BadCell("VALUE_TOO_LARGE")
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def _not_negative(read: Callable[[str], str]) -> Callable[[str], str]:
    def reader(text: str) -> str:
        value = read(text)
        if value.startswith("-") and Decimal(value) != 0:
            raise BadCell("NEGATIVE_COUNT")
        return value.removeprefix("-")

    return reader


def _money(text: str) -> str:
    sign, amount = re.fullmatch(
        r"([+-]?)\s*[¥￥]?\s*(.*?)\s*元?", unicodedata.normalize("NFKC", text), re.DOTALL
    ).groups()  # type: ignore[union-attr]
    return _within(number(sign + amount), 2, 15)


def _ratio(value: Decimal) -> str:
    if not 0 <= value <= 1:
        raise BadCell("RATIO_OUT_OF_RANGE")
    return _within(value, 6, 1)


def _fraction(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    return _ratio(number(plain[:-1]).scaleb(-2) if plain.endswith("%") else number(plain))


def _percent_text(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain.endswith("%") and number(plain) != 0:
        raise BadCell("RATIO_WITHOUT_SIGN")
    return _fraction(plain)


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


def _seconds(text: str) -> str:
    return _within(_duration(1)(text), 6, 8)


def _minutes(text: str) -> str:
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
    except ValueError:
        raise BadCell from None
    return whole + timedelta(seconds=1 if float(fraction or 0) >= 0.5 else 0)


def _time(text: str) -> str:
    return moment(text).isoformat(sep=" ")


def _date(text: str) -> str:
    value = moment(text)
    if value.time().isoformat() != "00:00:00":
        raise BadCell
    return value.date().isoformat()


def _identifier(text: str) -> str:
    plain = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text).strip(_BLANK).lstrip("'‘’").strip(_BLANK))
    if _SCIENTIFIC.fullmatch(plain):
        raise BadCell("ID_LOST_DIGITS")
    if not _ID.fullmatch(plain):
        raise BadCell("ID_NOT_UNDERSTOOD")
    return plain


def _identifiers(text: str) -> str:
    """Sub-orders of one order, joined by `;` in files with a row per order."""
    return ";".join(_identifier(part) for part in re.split("[;；]", text) if part.strip(_BLANK))


def handle(text: str) -> str:
    """An account's handle as typed, without what Excel and people put around it."""
    plain = unicodedata.normalize("NFKC", text).strip(_BLANK).lstrip("'‘’@").strip(_BLANK)
    plain = re.sub(r"(?<=^)(\d+)\.0+$", r"\1", plain)
    if _SCIENTIFIC.fullmatch(plain) and "+" in plain:
        raise BadCell("ID_LOST_DIGITS")
    if not plain or len(plain) > 64 or any(character.isspace() for character in plain):
        raise BadCell
    return plain


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of cell is read: `quick` is a pattern of texts that polars casts to `to` just as `read` does."""

    to: pl.DataType
    read: Callable[[str], str]
    quick: str


_MONEY = r"\d{1,15}(\.\d{1,2})?$"
STYLES: Mapping[str, Style] = {
    "count": Style(COUNT, _not_negative(_count), r"^\d{1,15}$"),
    "signed_count": Style(COUNT, _count, r"^-?\d{1,15}$"),
    "money": Style(MONEY, _not_negative(_money), f"^{_MONEY}"),
    "signed_money": Style(MONEY, _money, f"^-?{_MONEY}"),
    "fraction": Style(RATIO, _fraction, r"^0(\.\d{1,6})?$"),
    "percent_text": Style(RATIO, _percent_text, r"^0$"),
    "seconds": Style(SECONDS, _seconds, r"^\d{1,8}(\.\d{1,6})?$"),
    "minutes": Style(MINUTES, _minutes, r"^\d{1,10}(\.\d{1,2})?$"),
    "time": Style(TIME, _time, r"^\d{4}-\d\d-\d\d \d\d:\d\d:[0-5]\d$"),
    "date": Style(pl.Date(), _date, r"^\d{4}-\d\d-\d\d$"),
    "id": Style(pl.String(), _identifier, r"^\d{1,64}$"),
    "ids": Style(pl.String(), _identifiers, r"^\d{1,64}$"),
    "handle": Style(pl.String(), handle, r"^[A-Za-z_][0-9A-Za-z_.]{0,30}[A-Za-z_]$"),
}


def read_columns(cells: pl.DataFrame, columns: Mapping[str, Column]) -> Reading:
    """Columns of text cells as values of their styles, and a code wherever a cell says something impossible.

    A handful of selects whatever the number of columns: thousands of small files pay for each call, not for its rows.
    """
    clean = cells.select(_clean(name, column) for name, column in columns.items())
    tried = clean.with_columns(_quick(name, column).alias(f"={name}") for name, column in columns.items())
    styled = [name for name, column in columns.items() if column.style in STYLES]
    rest = tried.select(
        pl.col(name).filter(pl.col(name).is_not_null() & pl.col(f"={name}").is_null()).unique().implode()
        for name in styled
    )
    good: dict[str, dict[str, str | None]] = {}
    bad: dict[str, dict[str, str]] = {}
    for name in styled:
        good[name], bad[name] = _read_exactly(rest[name][0], columns[name])
    values = tried.select(_value(name, columns[name], good.get(name)) for name in columns)
    codes = tried.select(_code(name, columns[name], bad.get(name)) for name in columns)
    return Reading(values, codes)


def _clean(name: str, column: Column) -> pl.Expr:
    text = pl.col(name).str.strip_chars(_BLANK)
    return (
        text if column.style == "text" else pl.when(~_is_one_of(text, (*_MISSING, *column.none))).then(text).alias(name)
    )


def _is_one_of(text: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """As `is_in`, without building a column of the words each time."""
    return text.str.contains(f"^(?:{'|'.join(map(re.escape, words))})$")


def _quick(name: str, column: Column) -> pl.Expr:
    text = pl.col(name)
    if column.style == "text":
        return text.fill_null("").str.replace_all("\r\n?|_x000D_\n?", "\n")
    if column.style == "word":
        return text.replace_strict(dict(column.words), default=column.other, return_dtype=pl.String)
    style = STYLES[column.style]
    return _cast(pl.when(text.str.contains(style.quick)).then(text), style.to)


def _read_exactly(texts: pl.Series, column: Column) -> tuple[dict[str, str | None], dict[str, str]]:
    """What the quick way left: distinct texts with what they say, and those that say nothing with the code."""
    good: dict[str, str | None] = {}
    bad: dict[str, str] = {}
    for text in texts:
        try:
            read = STYLES[column.style].read(text)
            good[text] = None if read in column.none else read
        except BadCell as error:
            bad[text] = error.code
    return good, bad


def _value(name: str, column: Column, good: Mapping[str, str | None] | None) -> pl.Expr:
    quick = pl.col(f"={name}")
    if column.style == "word":
        return pl.when(pl.col(name).is_null()).then(pl.lit(column.missing)).otherwise(quick).alias(name)
    if not good:
        return quick.alias(name)
    exact = pl.col(name).replace_strict(good, default=None, return_dtype=pl.String)
    return pl.coalesce(quick, _cast(exact, STYLES[column.style].to)).alias(name)


def _code(name: str, column: Column, bad: Mapping[str, str] | None) -> pl.Expr:
    text, nothing = pl.col(name), pl.lit(None, pl.String)
    code = nothing
    if bad:
        code = text.replace_strict(bad, default=None, return_dtype=pl.String)
    elif column.style == "text":
        code = pl.when(text.str.contains(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")).then(pl.lit("BAD_CHARACTER"))
    elif column.style == "word":
        unknown = ~_is_one_of(text, column.words)
        if column.other is None:
            code = pl.when(unknown).then(pl.lit("VALUE_NOT_UNDERSTOOD"))
        elif column.to == "visibility":
            code = pl.when(unknown).then(pl.lit("VISIBILITY_UNKNOWN"))
    if column.filled:
        code = pl.when(text.is_null()).then(pl.lit("VALUE_MISSING")).otherwise(code)
    return code.alias(name)


def _cast(texts: pl.Expr, to: pl.DataType) -> pl.Expr:
    if to == TIME:
        naive = texts.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
        return (naive - BEIJING).dt.replace_time_zone("UTC")
    if to == pl.Date():
        return texts.str.to_date("%Y-%m-%d", strict=False)
    return texts if to == pl.String() else texts.cast(to, strict=False)


def beijing(value: datetime | date) -> str:
    """As these files write it: for the parameters of a problem."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) + BEIJING).isoformat(sep=" ", timespec="seconds")
    return value.isoformat()
