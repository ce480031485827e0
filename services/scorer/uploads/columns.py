"""Columns of text cells → columns of values, one style per kind of column.

The usual way of writing a thing is read by polars for a whole column at once. Whatever that does not take goes, once
per distinct text, through the readers of `values.py`, which know every way or name the problem. Missing stays missing:
it is never 0.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from services.scorer.uploads import values
from services.shared.formats.section import Column


@dataclass(frozen=True, slots=True)
class Reading:
    """Columns of values, and for each cell that could not be read the problem's code (null where all is well)."""

    values: pl.DataFrame
    codes: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of cell is read: `quick` is a pattern of texts that polars casts to `to` just as `read` does."""

    to: pl.DataType
    read: Callable[[str], str]
    quick: str


_NO_CODE = pl.lit(None, pl.String)
_MONEY = r"\d{1,15}(\.\d{1,2})?$"
STYLES: Mapping[str, Style] = {
    "count": Style(values.COUNT, values.not_negative(values.count), r"^\d{1,15}$"),
    "signed_count": Style(values.COUNT, values.count, r"^-?\d{1,15}$"),
    "money": Style(values.MONEY, values.not_negative(values.money), f"^{_MONEY}"),
    "signed_money": Style(values.MONEY, values.money, f"^-?{_MONEY}"),
    "fraction": Style(values.RATIO, values.fraction, r"^0(\.\d{1,6})?$"),
    "percent_text": Style(values.RATIO, values.percent_text, r"^0$"),
    "percent": Style(values.RATIO, values.percent, r"^0$"),
    "seconds": Style(values.SECONDS, values.seconds, r"^\d{1,8}(\.\d{1,6})?$"),
    "minutes": Style(values.MINUTES, values.minutes, r"^\d{1,10}(\.\d{1,2})?$"),
    "time": Style(values.TIME, values.time, r"^\d{4}-\d\d-\d\d \d\d:\d\d:[0-5]\d$"),
    "date": Style(pl.Date(), values.day, r"^\d{4}-\d\d-\d\d$"),
    "id": Style(pl.String(), values.identifier, r"^\d{1,64}$"),
    "ids": Style(pl.String(), values.identifiers, r"^\d{1,64}$"),
    "handle": Style(pl.String(), values.handle, r"^[A-Za-z_][0-9A-Za-z_.]{0,30}[A-Za-z_]$"),
}


def read_columns(cells: pl.DataFrame, columns: Mapping[str, Column]) -> Reading:
    """Columns of text cells as values of their styles, and a code wherever a cell says something impossible.

    A handful of selects whatever the number of columns, and an expression for each style rather than each column:
    thousands of small files pay for these, not for their rows.
    """
    texts = cells.select(pl.col([*columns]).str.strip_chars(values.BLANK))
    texts = _with_missing(
        texts, [name for name, column in columns.items() if column.style == "word" or column.none], columns
    )
    tried = texts.with_columns(_quick_by_style(columns))
    styled = [name for name, column in columns.items() if column.style in STYLES]
    tried = _with_missing(tried, _unread(tried, styled), columns)
    unread = _unread(tried, styled)
    good: dict[str, dict[str, str | None]] = {}
    bad: dict[str, dict[str, str]] = {}
    for name in unread:
        rest = tried[name].filter(tried[name].is_not_null() & tried[f"={name}"].is_null())
        good[name], bad[name] = _read_exactly(rest.unique(), columns[name])
    said = tried.select(_value(name, columns[name], good.get(name)) for name in columns)
    codes = tried.select(_code(name, columns[name], bad.get(name)) for name in columns)
    return Reading(said, codes)


def _unread(tried: pl.DataFrame, names: Iterable[str]) -> list[str]:
    """The columns in which something stands that the quick way did not take."""
    return [name for name in names if tried[f"={name}"].null_count() > tried[name].null_count()]


def _with_missing(texts: pl.DataFrame, names: Sequence[str], columns: Mapping[str, Column]) -> pl.DataFrame:
    """Nulls for the words by which these columns say that there is nothing."""
    if not names:
        return texts
    return texts.with_columns(
        pl.when(~_is_one_of(pl.col(name), (*values.MISSING, *columns[name].none))).then(pl.col(name)).alias(name)
        for name in names
    )


def _is_one_of(text: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """As `is_in`, without building a column of the words each time."""
    return text.str.contains(f"^(?:{'|'.join(map(re.escape, words))})$")


def _quick_by_style(columns: Mapping[str, Column]) -> Iterator[pl.Expr]:
    """For each column one named after it, with what the quick way takes."""
    names: dict[str, list[str]] = {}
    for name, column in columns.items():
        if column.style == "word":
            quick = pl.col(name).replace_strict(dict(column.words), default=column.other, return_dtype=pl.String)
            yield quick.alias(f"={name}")
        else:
            names.setdefault(column.style, []).append(name)
    for style, alike in names.items():
        yield _quick(pl.col(alike), style).name.prefix("=")


def _quick(text: pl.Expr, style: str) -> pl.Expr:
    if style == "text":
        return text.fill_null("").str.replace_all("\r\n?|_x000D_\n?", "\n")
    return _cast(pl.when(text.str.contains(STYLES[style].quick)).then(text), STYLES[style].to)


def _read_exactly(texts: pl.Series, column: Column) -> tuple[dict[str, str | None], dict[str, str]]:
    """What the quick way left: distinct texts with what they say, and those that say nothing with the code."""
    good: dict[str, str | None] = {}
    bad: dict[str, str] = {}
    for text in texts:
        try:
            read = STYLES[column.style].read(text)
            good[text] = None if read in column.none else read
        except values.BadCell as error:
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
    text, code = pl.col(name), _NO_CODE
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
    if to == values.TIME:
        naive = texts.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
        return (naive - values.BEIJING).dt.replace_time_zone("UTC")
    if to == pl.Date():
        return texts.str.to_date("%Y-%m-%d", strict=False)
    return texts if to == pl.String() else texts.cast(to, strict=False)
