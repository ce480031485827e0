"""The canonical frame of each source: its columns and types, its digest and the period it speaks of.

Whatever file rows come from, they end as these columns (and `sheet`, `line`, where they stood). The names are those of
the table the rows go to; types are polars'. Money and ratios are exact decimals; times are UTC; null is missing.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

import polars as pl

from services.scorer.uploads.values import BEIJING, COUNT, MINUTES, MONEY, RATIO, SECONDS, TIME
from services.shared.file_vocabulary import Source

OWNER = ("platform", "handle", "uid")  # columns that say whose a row is; in the tables its contestant stands instead
_OWNER: dict[str, pl.DataType] = {"handle": pl.String(), "platform": pl.String()}
_TEXT = pl.String()

SCHEMAS: Mapping[Source, Mapping[str, pl.DataType]] = {
    Source.WORKS: {
        **_OWNER,
        "published_at": TIME,
        "ordinal": pl.Int16(),
        "title": _TEXT,
        "genre": _TEXT,
        "visibility": _TEXT,
        "plays": COUNT,
        "completion_rate": RATIO,
        "completion_rate_5s": RATIO,
        "bounce_rate_2s": RATIO,
        "cover_click_rate": RATIO,
        "average_play_seconds": SECONDS,
        "likes": COUNT,
        "comments": COUNT,
        "shares": COUNT,
        "favourites": COUNT,
        "profile_visits": COUNT,
        "follower_gain": COUNT,
    },
    Source.ACCOUNT_DAYS: {**_OWNER, "day": pl.Date(), "measure": _TEXT, "value": pl.Decimal(24, 6)},
    Source.LIVE_SESSIONS: {
        **_OWNER,
        "started_at": TIME,
        "ended_at": TIME,
        "minutes": MINUTES,
        "viewers": COUNT,
        "views": COUNT,
        "peak_viewers": COUNT,
        "comments": COUNT,
        "new_followers": COUNT,
        "lost_followers": COUNT,
        "gross_sales": MONEY,
        "paid_sales": MONEY,
        "refunds": MONEY,
        "net_sales": MONEY,
        "orders": COUNT,
        "buyers": COUNT,
        "refunded_orders": COUNT,
        "promotion_spend": MONEY,
    },
    Source.ORDERS: {
        "uid": _TEXT,
        **_OWNER,
        "order_line": _TEXT,
        "order_number": _TEXT,
        "submitted_at": TIME,
        "paid_at": TIME,
        "amount": MONEY,
        "quantity": COUNT,
        "after_sale": _TEXT,
        "product_id": _TEXT,
        "product": _TEXT,
        "channel": _TEXT,
    },
}

# What makes two rows tell of the same thing; after `rows.counted_once` no two rows share it.
KEYS: Mapping[Source, tuple[str, ...]] = {
    Source.WORKS: ("platform", "handle", "published_at", "ordinal"),
    Source.ACCOUNT_DAYS: ("platform", "handle", "day", "measure"),
    Source.LIVE_SESSIONS: ("platform", "handle", "started_at"),
    Source.ORDERS: ("platform", "order_line"),
}

# The ordinal of a work whose seconds its file does not tell; of several in one minute the next ones are -2, -3 …
TO_THE_MINUTE = -1

# What a column says when the file has no such column.
DEFAULTS: Mapping[str, str | int] = {
    "ordinal": 0,
    "title": "",
    "genre": "",
    "visibility": "PUBLIC",
    "product": "",
    "channel": "",
    "after_sale": "NONE",
}

_WHEN: Mapping[Source, tuple[str, ...]] = {
    Source.WORKS: ("published_at",),
    Source.ACCOUNT_DAYS: ("day",),
    Source.LIVE_SESSIONS: ("started_at",),
    Source.ORDERS: ("submitted_at", "paid_at"),
}

_ROWS_HASHED_AT_ONCE = 20_000


def digest(source: Source, frame: pl.DataFrame, measures: list[str]) -> str:
    """SHA-256 of what the rows say."""
    hashed = hashlib.sha256()
    for piece in text_of(source, frame, measures):
        hashed.update(piece)
    return hashed.hexdigest()


def text_of(source: Source, frame: pl.DataFrame, measures: list[str]) -> Iterator[bytes]:
    """What the rows say, piece by piece: equal for every container, encoding and order of rows.

    The source and, for account days, the measures the file has columns for, on one line; then csv with a header, rows
    sorted by their key, text in quotes and missing without, times as `2021-07-20T01:30:00Z`, decimals with all their
    places.
    """
    rows = frame.select(SCHEMAS[source].keys()).sort(KEYS[source], nulls_last=True)
    yield f"{source} {','.join(sorted(measures))}\n".encode()
    for start in range(0, max(1, rows.height), _ROWS_HASHED_AT_ONCE):
        text = rows.slice(start, _ROWS_HASHED_AT_ONCE).write_csv(
            include_header=start == 0,
            datetime_format="%Y-%m-%dT%H:%M:%SZ",
            quote_style="non_numeric",
            line_terminator="\n",
        )
        yield text.encode("utf-8")


def period(source: Source, frame: pl.DataFrame) -> tuple[datetime, datetime] | None:
    """The first and the last moment a row speaks of; for days, the midnights in Beijing they begin with."""
    if frame.height == 0:
        return None
    extremes = [extreme for name in _WHEN[source] for extreme in (frame[name].min(), frame[name].max())]
    moments = [_moment(extreme) for extreme in extremes if isinstance(extreme, date)]
    return (min(moments), max(moments)) if moments else None


def _moment(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC) - BEIJING
