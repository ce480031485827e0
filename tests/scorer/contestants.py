"""Contestants and rules for the scoring tests, made from the little that a test cares about."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from services.scorer.metrics.figures import (
    CENTS,
    HUNDREDTHS,
    MILLIONTHS,
    AccountDays,
    Figures,
    LiveSessions,
    OrderDays,
    Window,
    Works,
    day_number,
)
from services.scorer.metrics.measure import Measured
from services.scorer.pipeline import conclude
from services.scorer.scoring_runs.gather import Gathered
from services.scorer.scoring_runs.result import RunResult
from services.shared.file_vocabulary import AccountMeasure, Source
from services.shared.rules.check import parse_rules
from services.shared.rules.model import Rules
from services.shared.vocabulary import Platform

NAMES = UUID("5b1c2f5e-6f3b-4a53-9a1e-3f6c8f7b2d11")
BEIJING_WINDOW = Window(
    datetime.fromisoformat("2021-07-20T00:00:00+08:00"), datetime.fromisoformat("2021-09-01T00:00:00+08:00")
)


def an_id(name: object) -> UUID:
    return uuid5(NAMES, str(name))


def measured(
    handle: str,
    *values: Decimal | int | str | None,
    city: object = 1,
    division: str = "trainee",
    platform: str = "DOUYIN",
    approved_at: datetime | None = None,
) -> Measured:
    exact = tuple(None if value is None else Decimal(value) for value in values)
    return Measured(an_id(handle), an_id(f"city {city}"), division, Platform(platform), handle, approved_at, exact)


def approved(day: int) -> datetime:
    return datetime(2021, 7, day, tzinfo=UTC)


def toml_value(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {toml_value(one)}' for key, one in value.items())} }}"
    return str(value)


Metrics = Sequence[Mapping[str, Any]]


def rules_document(items: Mapping[str, tuple[object, Metrics]], **top: Any) -> str:
    """The TOML of rules with these items: key → (weight, metrics). `top` goes above them, or replaces what is there."""
    full = sum(Decimal(str(weight)) for weight, _ in items.values())
    places = {"metric": 4, "item": 2, "total": 2}
    stated = {"title": "test", "round": "qualifier", "full": full, "places": places} | top
    lines = [f"{key} = {toml_value(value)}" for key, value in stated.items()]
    for key, (weight, metrics) in items.items():
        lines += [f"[items.{key}]", f"weight = {weight}"]
        for metric in metrics:
            lines += [f"[[items.{key}.metrics]]", *(f"{name} = {toml_value(value)}" for name, value in metric.items())]
    return "\n".join(lines)


def rules_with(items: Mapping[str, tuple[object, Metrics]], **top: Any) -> Rules:
    return parse_rules(rules_document(items, **top))


def read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


# Figures -------------------------------------------------------------------------------------------------------------


def at(day: int, hour: int = 20) -> datetime:
    """So many days after the window opened (0 is 20 July, a Tuesday), Beijing time."""
    return BEIJING_WINDOW.opens_at + timedelta(days=day, hours=hour)


Row = dict[str, Any]  # of one work, session or day: money in yuan, ratios as fractions, time in minutes
UNITS = {"completion_rate": MILLIONTHS, "minutes": HUNDREDTHS} | dict.fromkeys(
    ("gross_sales", "paid_sales", "net_sales", "promotion_spend", "refunds"), CENTS
)


def work(day: int = 0, **figures: Any) -> Row:
    return {"day": day_number(at(day)), **figures}


live_session = work


def account_day(day: int, measure: AccountMeasure, value: object) -> Row:
    return {"day": day_number(at(day)), "measure": measure, "value": value}


def order_day(day: int, orders: int, gross: str, refunds: str = "0") -> Row:
    money = {"gross_sales": Decimal(gross), "refunds": Decimal(refunds)}
    return {"day": day_number(at(day)), "orders": orders, **money}


def columns(kind: Any, rows: Sequence[Row]) -> Any:
    """As they are read: Works, LiveSessions, AccountDays or OrderDays."""
    assert all(row.keys() <= {"measure", *kind._fields} for row in rows)
    return kind(*([stored(row.get(name), UNITS.get(name, 1)) for row in rows] for name in kind._fields))


def stored(value: Any, unit: int) -> int | None:
    return None if value is None else int(value * unit)


def figures(
    handle: str = "zhangsan",
    *,
    covered: Iterable[Source] = Source,
    city: object = 1,
    works: Sequence[Row] = (),
    live_sessions: Sequence[Row] = (),
    account_days: Sequence[Row] = (),
    order_days: Sequence[Row] = (),
    featured_days: Sequence[Row] = (),
    **others: Any,
) -> Figures:
    sources = frozenset(covered)
    measures = frozenset(AccountMeasure if Source.ACCOUNT_DAYS in sources else ())
    usual = {"division": "trainee", "platform": Platform.DOUYIN, "approved_at": None, "covered_measures": measures}
    told = {measure: [row for row in account_days if row["measure"] is measure] for measure in AccountMeasure}
    return Figures(
        contestant_id=an_id(handle),
        city_id=an_id(f"city {city}"),
        **usual | others,
        handle=handle,
        covered=sources,
        works=columns(Works, works),
        live_sessions=columns(LiveSessions, live_sessions),
        account_days={measure: columns(AccountDays, days) for measure, days in told.items() if days},
        order_days=columns(OrderDays, order_days),
        featured_days=columns(OrderDays, featured_days),
    )


def result_of(
    rules: Rules, rules_sha256: str, uploads: Iterable[str], people: Sequence[Figures], **carried: str
) -> RunResult:
    """What a run over these figures finds."""
    gathered = Gathered(rules, BEIJING_WINDOW)
    gathered.add(people)
    return conclude(rules, rules_sha256, uploads, gathered, carried)
