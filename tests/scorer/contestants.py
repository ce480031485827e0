"""Contestants and rules for the scoring tests, made from the little that a test cares about."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from services.scorer.metrics.figures import AccountDay, Figures, LiveSession, OrderDay, Window, Work
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


def work(day: int = 0, **figures: Any) -> Work:
    return Work(at(day), at(day).date(), **(dict.fromkeys(Work._fields[2:]) | figures))


def live_session(day: int = 0, **figures: Any) -> LiveSession:
    return LiveSession(at(day), at(day).date(), **(dict.fromkeys(LiveSession._fields[2:]) | figures))


def account_day(day: int, measure: AccountMeasure, value: object) -> AccountDay:
    return AccountDay(at(day).date(), measure, Decimal(str(value)))


def order_day(day: int, orders: int, gross: str, refunds: str = "0") -> OrderDay:
    return OrderDay(at(day).date(), orders, Decimal(gross), Decimal(refunds))


def figures(
    handle: str = "zhangsan", *, covered: Iterable[Source] = Source, city: object = 1, **others: Any
) -> Figures:
    sources = frozenset(covered)
    measures = frozenset(AccountMeasure if Source.ACCOUNT_DAYS in sources else ())
    usual = {"division": "trainee", "platform": Platform.DOUYIN, "approved_at": None, "covered_measures": measures}
    return Figures(
        contestant_id=an_id(handle),
        city_id=an_id(f"city {city}"),
        **usual | others,
        handle=handle,
        covered=sources,
    )


def result_of(
    rules: Rules, rules_sha256: str, uploads: Iterable[str], people: Sequence[Figures], **carried: str
) -> RunResult:
    """What a run over these figures finds."""
    gathered = Gathered(rules, BEIJING_WINDOW)
    gathered.add(people)
    return conclude(rules, rules_sha256, uploads, gathered, carried)
