"""A contest as its organiser writes it down: contest.toml, with its quotas and rules beside it."""

import csv
import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_TIMES = ("opens_at", "closes_at", "exported_from", "exported_until", "uploads_until")
DUE_DAYS = 3  # unless a contest file says otherwise

HUBEI_2021 = Path(__file__).with_name("hubei-2021") / "contest.toml"


class ContestFileError(ValueError):
    """The file cannot be read as a contest; the message says where and why."""


@dataclass(frozen=True, slots=True)
class City:
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece that a division asks for: kind DOCUMENT or GIVEN_LIST."""

    key: str
    title: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Division:
    key: str
    name: str
    cap: int | None
    entry_ways: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    city: str  # name
    division: str  # key
    places: int


@dataclass(frozen=True, slots=True)
class EntryWindow:
    """When people may come in by one way; no opening time = to be announced."""

    entry_way: str
    opens_at: datetime | None
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """One round with its three times and, once they are known, its rules (a TOML document)."""

    key: str
    title: str
    opens_at: datetime
    closes_at: datetime
    exported_from: datetime
    exported_until: datetime
    uploads_until: datetime
    exports_due_days: int
    rules: str | None


@dataclass(frozen=True, slots=True)
class Contest:
    slug: str
    title: str
    ownerless_orders: str
    hosts: tuple[dict[str, str], ...]  # {"name", "role"}
    cities: tuple[City, ...]
    divisions: tuple[Division, ...]
    quotas: tuple[Quota, ...]
    entry_windows: tuple[EntryWindow, ...]
    consent: dict[str, str] | None  # {"version", "text"}
    teams_until: datetime | None
    evidence_until: datetime | None
    link_hosts: tuple[str, ...]  # none: the usual ones
    rounds: tuple[Round, ...]


def load(path: Path) -> Contest:
    """Read a contest file and what it names; raises ContestFileError, and OSError for a file that is not there."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return Contest(
            slug=document["slug"],
            title=document["title"],
            ownerless_orders=document["ownerless_orders"],
            hosts=tuple({"name": host["name"], "role": host["role"]} for host in document["hosts"]),
            cities=tuple(City(city["name"], tuple(city.get("aliases", ()))) for city in document["cities"]),
            divisions=tuple(_division(entry) for entry in document["divisions"]),
            quotas=_quotas(path.parent / document["quotas"]) if "quotas" in document else (),
            entry_windows=tuple(_window(*each) for each in document.get("entry_windows", {}).items()),
            consent=_consent(document.get("consent")),
            teams_until=_date(document, "teams_until"),
            evidence_until=_date(document, "evidence_until"),
            link_hosts=tuple(document.get("link_hosts", ())),
            rounds=tuple(_round(entry, path.parent) for entry in document["rounds"]),
        )
    except KeyError as missing:
        raise ContestFileError(f"{path}: 缺少 {missing.args[0]} · {missing.args[0]} is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as problem:
        raise ContestFileError(f"{path}: {problem}") from None


def _quotas(path: Path) -> tuple[Quota, ...]:
    """One line a city, one column a division."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Quota(line["city"], division, int(places))
            for line in csv.DictReader(file)
            for division, places in line.items()
            if division != "city"
        )


def _division(entry: dict[str, Any]) -> Division:
    pieces = (Evidence(one["key"], one["title"], one["kind"], one["required"]) for one in entry.get("evidence", ()))
    return Division(entry["key"], entry["name"], entry.get("cap"), tuple(entry["entry_ways"]), tuple(pieces))


def _window(way: str, entry: dict[str, Any]) -> EntryWindow:
    _check_times(way, entry)
    return EntryWindow(way, entry.get("opens_at"), entry["closes_at"])


def _consent(entry: dict[str, Any] | None) -> dict[str, str] | None:
    return {"version": entry["version"], "text": entry["text"].strip()} if entry else None


def _date(document: dict[str, Any], name: str) -> datetime | None:
    """A date that may be announced later on."""
    moment: datetime | None = document.get(name)
    if moment is not None:
        _check_times(name, {name: moment})
    return moment


def _check_times(key: str, times: dict[str, Any]) -> None:
    for name, moment in times.items():
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise ValueError(f"{key}: {name} 要写明时区 · needs a time with its offset, like +08:00")


def _round(entry: dict[str, Any], folder: Path) -> Round:
    times = {name: entry[name] for name in _TIMES}
    _check_times(entry["key"], times)
    rules = (folder / entry["rules"]).read_text(encoding="utf-8") if "rules" in entry else None
    due_days = entry.get("exports_due_days", DUE_DAYS)
    return Round(key=entry["key"], title=entry["title"], exports_due_days=due_days, rules=rules, **times)


def as_input(contest: Contest, idempotency_key: str) -> dict[str, Any]:
    """The same contest as the `input` of the mutation createContest."""
    return {
        "slug": contest.slug,
        "title": contest.title,
        "ownerlessOrders": contest.ownerless_orders,
        "hosts": list(contest.hosts),
        "cities": [{"name": city.name, "aliases": list(city.aliases)} for city in contest.cities],
        "divisions": [
            {
                "key": one.key,
                "name": one.name,
                "cap": one.cap,
                "entryWays": list(one.entry_ways),
                "evidence": [asdict(piece) for piece in one.evidence],
            }
            for one in contest.divisions
        ],
        "quotas": [{"city": one.city, "division": one.division, "places": one.places} for one in contest.quotas],
        "entryWindows": [
            {
                "entryWay": one.entry_way,
                "opensAt": one.opens_at.isoformat() if one.opens_at else None,
                "closesAt": one.closes_at.isoformat(),
            }
            for one in contest.entry_windows
        ],
        "consent": contest.consent,
        "teamsUntil": contest.teams_until.isoformat() if contest.teams_until else None,
        "evidenceUntil": contest.evidence_until.isoformat() if contest.evidence_until else None,
        **({"linkHosts": list(contest.link_hosts)} if contest.link_hosts else {}),
        "rounds": [_round_input(one) for one in contest.rounds],
        "idempotencyKey": idempotency_key,
    }


def _round_input(one: Round) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        "opensAt": one.opens_at.isoformat(),
        "closesAt": one.closes_at.isoformat(),
        "exportedFrom": one.exported_from.isoformat(),
        "exportedUntil": one.exported_until.isoformat(),
        "uploadsUntil": one.uploads_until.isoformat(),
        "exportsDueDays": one.exports_due_days,
        "rules": one.rules,
    }
