"""What a column can be read into: the fields of each source, each with the cell styles that give such a value."""

from collections.abc import Mapping
from enum import StrEnum

from services.shared.file_vocabulary import AccountMeasure, AfterSale, Source, Visibility
from services.shared.vocabulary import Platform

_COUNT = ("count", "signed_count")
_MONEY = ("money", "signed_money")
_RATIO = ("fraction", "percent_text", "percent")
_SECONDS = ("seconds",)
_OWNER = {"platform": ("word",), "handle": ("handle",)}
_RATIOS = {AccountMeasure.COVER_CLICK_RATE, AccountMeasure.COMPLETION_RATE_5S, AccountMeasure.BOUNCE_RATE_2S}


def _all(names: str, styles: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(names.split(), styles)


def _measure(measure: AccountMeasure) -> tuple[str, ...]:
    if measure in _RATIOS:
        return _RATIO
    if measure is AccountMeasure.AVERAGE_PLAY_SECONDS:
        return _SECONDS
    return (*_COUNT, *_MONEY) if measure is AccountMeasure.SOUND_WAVES else _COUNT


_FIELDS: Mapping[Source, Mapping[str, tuple[str, ...]]] = {
    Source.WORKS: {
        **_OWNER,
        "published_at": ("time",),
        **_all("title genre", ("text",)),
        "visibility": ("word",),
        **_all("plays likes comments shares favourites profile_visits follower_gain", _COUNT),
        **_all("completion_rate completion_rate_5s bounce_rate_2s cover_click_rate", _RATIO),
        "average_play_seconds": _SECONDS,
    },
    Source.ACCOUNT_DAYS: {**_OWNER, "day": ("date",), **{each.value: _measure(each) for each in AccountMeasure}},
    Source.LIVE_SESSIONS: {
        **_OWNER,
        **_all("started_at ended_at", ("time",)),
        "minutes": ("minutes",),
        **_all("viewers views peak_viewers comments new_followers lost_followers", _COUNT),
        **_all("orders buyers refunded_orders", _COUNT),
        **_all("gross_sales paid_sales refunds net_sales promotion_spend", _MONEY),
    },
    Source.ORDERS: {
        **_OWNER,
        "uid": ("id",),
        "order_number": ("id",),
        "order_line": ("id", "ids"),
        **_all("submitted_at paid_at", ("time",)),
        "amount": _MONEY,
        "quantity": _COUNT,
        "after_sale": ("word",),
        "product_id": ("id",),
        **_all("product channel", ("text",)),
    },
}

_NEEDED: Mapping[Source, tuple[tuple[str, ...], ...]] = {
    Source.WORKS: (("published_at",),),
    Source.ACCOUNT_DAYS: (("day",),),
    Source.LIVE_SESSIONS: (("started_at",),),
    Source.ORDERS: (("order_line", "order_number"), ("amount",)),
}

_DAY = "day"


def fields_of(source: Source, *, days_of_one_work: bool = False) -> Mapping[str, tuple[str, ...]]:
    """The fields of a kind of file, with their styles."""
    fields = _FIELDS[source]
    return {**fields, _DAY: ("date",)} if days_of_one_work else fields


def needed_of(source: Source, *, days_of_one_work: bool = False) -> tuple[tuple[str, ...], ...]:
    """Fields without which a row says nothing; of several in one entry any will do."""
    return ((_DAY,),) if days_of_one_work else _NEEDED[source]


# What the words of a column of style "word" turn into.
STATES: Mapping[str, type[StrEnum]] = {"platform": Platform, "visibility": Visibility, "after_sale": AfterSale}

ADDED_UP = frozenset((*_COUNT, *_MONEY))  # where several columns may have one field
