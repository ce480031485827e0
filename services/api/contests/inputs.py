"""What `createContest` takes, and what must be true of it."""

import re
from datetime import datetime

import strawberry

from services.api.checks import check_lines, check_not_negative, check_text, check_unique, check_window
from services.api.errors import InvalidInputError
from services.api.links.address import USUAL_HOSTS, check_hosts
from services.shared.file_vocabulary import Originals, OwnerlessOrders
from services.shared.vocabulary import EntryWay, EvidenceKind, HostRole

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
EVIDENCE_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_CONSENT = 20_000
MOST_DUE_DAYS = 36_500


@strawberry.input(description="Who holds the contest. (主办、承办单位)")
class HostInput:
    name: str = strawberry.field(description="Name of the body. (名称)")
    role: HostRole = strawberry.field(description="Host or undertaker. (主办或承办)")


@strawberry.input(description="A city. (市州)")
class CityInput:
    name: str = strawberry.field(description="Its name. (名称)")
    aliases: list[str] = strawberry.field(default_factory=list, description="Other names found in files. (别名)")


@strawberry.input(description="A piece of evidence to ask for. (要求的资格证明)")
class EvidenceInput:
    key: str = strawberry.field(description="Its short name: a-z, 0-9 and _. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    kind: EvidenceKind = strawberry.field(description="A document, or a place in a given list. (方式)")
    required: bool = strawberry.field(default=True, description="Nobody is approved without it. (是否必需)")


@strawberry.input(description="A division. (组别)")
class DivisionInput:
    key: str = strawberry.field(description="Its short name in rules and quotas. (代号)")
    name: str = strawberry.field(description="Its name. (名称)")
    cap: int | None = strawberry.field(default=None, description="How many it takes at most. (人数上限)")
    entry_ways: list[EntryWay] = strawberry.field(description="How people come in. (报名方式)")
    evidence: list[EvidenceInput] = strawberry.field(
        default_factory=list, description="What shows that somebody belongs to it, in order. (资格证明)"
    )


@strawberry.input(description="Places of one division in one city. (名额)")
class QuotaInput:
    city: str = strawberry.field(description="The city's name. (市州名称)")
    division: str = strawberry.field(description="The division's key. (组别代号)")
    places: int = strawberry.field(description="How many places. (名额数)")


@strawberry.input(description="When people may come in by one way. (报名时间)")
class EntryWindowInput:
    entry_way: EntryWay = strawberry.field(description="The way. (报名方式)")
    opens_at: datetime | None = strawberry.field(
        default=None, description="From here on; none = to be announced. (开始时间)"
    )
    closes_at: datetime = strawberry.field(description="From here on no longer. (截止时间)")


@strawberry.input(description="What whoever registers agrees to. (报名须知与个人信息授权)")
class ConsentInput:
    version: str = strawberry.field(description="Which wording it is. (版本)")
    text: str = strawberry.field(description="The wording. (全文)")


@strawberry.input(description="A round with its three times. (轮次)")
class RoundInput:
    key: str = strawberry.field(description="Its short name. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    opens_at: datetime = strawberry.field(description="What happens from here on counts. (开始时间)")
    closes_at: datetime = strawberry.field(description="What happens from here on no longer counts. (结束时间)")
    exported_from: datetime = strawberry.field(description="Exports from here on count. (导出起始时间)")
    exported_until: datetime = strawberry.field(description="Exports from here on no longer count. (导出截止时间)")
    uploads_until: datetime = strawberry.field(description="Files are taken until then. (上传截止时间)")
    exports_due_days: int = strawberry.field(
        default=3, description="A week's exports are late from so many days after its end. (每周数据迟交天数)"
    )
    rules: str | None = strawberry.field(default=None, description="Its rules document, in TOML. (规则文档)")


@strawberry.input(description="A whole contest as data. (赛事)")
class CreateContestInput:
    slug: str = strawberry.field(description="Its name in addresses: a-z, 0-9 and hyphens. (网址名)")
    title: str = strawberry.field(description="Its full name. (全称)")
    hosts: list[HostInput] = strawberry.field(description="Who holds it, in order. (主办、承办单位)")
    ownerless_orders: OwnerlessOrders = strawberry.field(
        default=OwnerlessOrders.UNCLAIMED, description="Orders that name no seller. (无达人订单的归属)"
    )
    originals: Originals = strawberry.field(
        default=Originals.KEEP_ENCRYPTED, description="What becomes of export files once read. (原始文件的处理)"
    )
    link_hosts: list[str] = strawberry.field(
        default_factory=lambda: list(USUAL_HOSTS), description="Where links of works may lead. (作品链接网址)"
    )
    cities: list[CityInput] = strawberry.field(description="Its cities, in order. (市州)")
    divisions: list[DivisionInput] = strawberry.field(description="Its divisions, in order. (组别)")
    quotas: list[QuotaInput] = strawberry.field(default_factory=list, description="Places. (名额)")
    entry_windows: list[EntryWindowInput] = strawberry.field(
        default_factory=list, description="When people may come in; a way without one is closed. (报名时间)"
    )
    consent: ConsentInput | None = strawberry.field(
        default=None, description="Nobody can register themselves without one. (报名须知)"
    )
    rounds: list[RoundInput] = strawberry.field(description="Its rounds, in order. (轮次)")
    teams_until: datetime | None = strawberry.field(
        default=None, description="Teams are confirmed before then; none: to be announced. (参赛队确认截止)"
    )
    evidence_until: datetime | None = strawberry.field(
        default=None, description="Papers about people are deleted then; none: to be announced. (材料删除时间)"
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes nothing new. (幂等键)"
    )


def check_contest(contest: CreateContestInput) -> None:
    """Raises InvalidInputError for the first thing that is wrong."""
    if not SLUG.fullmatch(contest.slug):
        raise InvalidInputError("SLUG_INVALID", field="slug")
    check_text("title", contest.title)
    for place, host in enumerate(contest.hosts):
        check_text(f"hosts.{place}.name", host.name)
    check_hosts("linkHosts", contest.link_hosts)
    _check_cities(contest.cities)
    for place, division in enumerate(contest.divisions):
        check_text(f"divisions.{place}.key", division.key)
        check_text(f"divisions.{place}.name", division.name)
        check_not_negative(f"divisions.{place}.cap", division.cap)
        check_evidence(f"divisions.{place}.evidence", division.evidence)
    check_unique("divisions", (division.key for division in contest.divisions))
    _check_quotas(contest)
    _check_entry(contest)
    check_unique("rounds", (round_.key for round_ in contest.rounds))
    for place, round_ in enumerate(contest.rounds):
        check_text(f"rounds.{place}.key", round_.key)
        check_text(f"rounds.{place}.title", round_.title)
        times = round_.opens_at, round_.closes_at, round_.exported_from, round_.exported_until
        check_round_times(f"rounds.{place}.", *times)
        check_due_days(f"rounds.{place}.exportsDueDays", round_.exports_due_days)


def check_round_times(
    where: str, opens_at: datetime, closes_at: datetime, exported_from: datetime, exported_until: datetime
) -> None:
    """Raises InvalidInputError."""
    if opens_at >= closes_at:
        raise InvalidInputError("TIMES_REVERSED", field=f"{where}closesAt")
    if exported_from >= exported_until:
        raise InvalidInputError("TIMES_REVERSED", field=f"{where}exportedUntil")


def check_due_days(field: str, days: int) -> None:
    """Raises InvalidInputError."""
    if not 0 <= days <= MOST_DUE_DAYS:
        raise InvalidInputError("NUMBER_OUT_OF_RANGE", field=field, least=0, most=MOST_DUE_DAYS)


def check_evidence(field: str, evidence: list[EvidenceInput]) -> None:
    """Raises InvalidInputError for the first piece that is wrong."""
    for place, piece in enumerate(evidence):
        if not EVIDENCE_KEY.fullmatch(piece.key):
            raise InvalidInputError("EVIDENCE_KEY_INVALID", field=f"{field}.{place}.key")
        check_text(f"{field}.{place}.title", piece.title)
    check_unique(field, (piece.key for piece in evidence))


def demanded(evidence: list[EvidenceInput]) -> list[dict[str, str | bool]]:
    """A division's evidence as it is stored."""
    return [
        {"key": piece.key, "title": piece.title, "kind": piece.kind.value, "required": piece.required}
        for piece in evidence
    ]


def _check_cities(cities: list[CityInput]) -> None:
    for place, city in enumerate(cities):
        check_text(f"cities.{place}.name", city.name)
        for number, alias in enumerate(city.aliases):
            check_text(f"cities.{place}.aliases.{number}", alias)
    check_unique("cities", (name for city in cities for name in {city.name, *city.aliases}))


def _check_quotas(contest: CreateContestInput) -> None:
    cities = {city.name for city in contest.cities}
    divisions = {division.key for division in contest.divisions}
    for place, quota in enumerate(contest.quotas):
        if quota.city not in cities:
            raise InvalidInputError("CITY_UNKNOWN", field=f"quotas.{place}.city", city=quota.city)
        if quota.division not in divisions:
            raise InvalidInputError("DIVISION_UNKNOWN", field=f"quotas.{place}.division", division=quota.division)
        check_not_negative(f"quotas.{place}.places", quota.places)
    check_unique("quotas", (f"{quota.city} {quota.division}" for quota in contest.quotas))


def _check_entry(contest: CreateContestInput) -> None:
    """How people come in: each way has one window at most, and there is something to agree to."""
    for place, window in enumerate(contest.entry_windows):
        check_window(f"entryWindows.{place}.closesAt", window.opens_at, window.closes_at)
    check_unique("entryWindows", (window.entry_way for window in contest.entry_windows))
    if contest.consent is not None:
        check_text("consent.version", contest.consent.version)
        check_lines("consent.text", contest.consent.text, LONGEST_CONSENT)
