"""The scalars of the schema: exact decimals and large counts as JSON can carry them, times as people here read them."""

from datetime import date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from services.shared.beijing import BEIJING

Long = NewType("Long", int)


def _plain(value: Decimal | int) -> str:
    return format(value, "f")


def _parse_decimal(value: object) -> Decimal:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError('a decimal is written as a string, such as "12.50"')
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("a decimal is finite")
    return number


def _parse_long(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise ValueError("a whole number of 64 bits")
    return value


def _show_time(value: datetime) -> str:
    return value.astimezone(BEIJING).isoformat()


def _parse_time(value: object) -> datetime:
    time = datetime.fromisoformat(value) if isinstance(value, str) else None
    if time is None or time.tzinfo is None:
        raise ValueError('a time with its offset, such as "2021-07-20T00:00:00+08:00"')
    return time


def _parse_date(value: object) -> date:
    if not isinstance(value, str):
        raise ValueError('a date such as "2021-07-20"')
    return date.fromisoformat(value)


SCALARS: dict[object, ScalarDefinition] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description='An exact decimal as plain text, never with an exponent: "60.25". (精确小数)',
        serialize=_plain,
        parse_value=_parse_decimal,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="A whole number of up to 64 bits. (长整数)",
        serialize=int,
        parse_value=_parse_long,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in ISO 8601; answers are in Beijing time, +08:00. (时间)",
        serialize=_show_time,
        parse_value=_parse_time,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day in Beijing, YYYY-MM-DD. (日期)",
        serialize=date.isoformat,
        parse_value=_parse_date,
    ),
}


def now_in_beijing() -> datetime:
    return datetime.now(BEIJING)
