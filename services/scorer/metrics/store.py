"""The figures of a round as they are in force at one sequence number: what a run measures."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from services.scorer.metrics.figures import (
    AccountDays,
    Earlier,
    Figures,
    LiveSessions,
    Mark,
    OrderDays,
    Penalty,
    Window,
    Works,
)
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.file_vocabulary import AccountMeasure, Source
from services.shared.personal_data import Vault
from services.shared.rules.catalogue import METRICS
from services.shared.rules.model import Rules
from services.shared.vocabulary import PenaltyKind, Platform

queries = load(Path(__file__).with_name("queries.sql"))

BEIJING = ZoneInfo("Asia/Shanghai")
SLICE = 500  # people whose figures are read at once
_Kind = TypeVar("_Kind")
_Told = dict[str, dict[UUID, Any]]  # by field of Figures, then by contestant
_Once = set[tuple[str, UUID]]  # of what and of whom one file alone tells


@dataclass(frozen=True, slots=True)
class Extent:
    """What a run may see: the contest up to a sequence number and a moment, the round's window and span of exports."""

    contest_id: UUID
    round_id: UUID
    sequence: int
    approved_at: datetime  # whoever was approved then takes part
    opens_at: datetime
    closes_at: datetime
    exported_from: datetime
    exported_until: datetime
    participants: Sequence[UUID] | None = None  # whom the rules let in; None: everybody approved
    carried_runs: Sequence[UUID] = ()  # of earlier rounds that the rules name

    @property
    def people(self) -> tuple[UUID, datetime, Sequence[UUID] | None]:
        """What says who takes part."""
        return self.contest_id, self.approved_at, self.participants

    @property
    def window(self) -> Window:
        """The round's window in Beijing time."""
        return Window(self.opens_at.astimezone(BEIJING), self.closes_at.astimezone(BEIJING))


async def load_figures(
    connection: Connection,
    extent: Extent,
    rules: Rules | None = None,
    *,
    verifying: bool = False,
    vault: Vault | None = None,
) -> AsyncIterator[list[Figures]]:
    """The figures of everybody who takes part, as far as the rules ask for them; all without rules. Slice by slice:
    ten million facts as values would not fit into memory.

    `verifying` computes the sums of orders anew from their lines; `vault` opens the handles of people who have been
    erased since. The connection's transaction should be repeatable read, so that all statements see one state.
    """
    await connection.execute(queries.plan_for_slices)
    people = await connection.fetch(queries.contestants_of_run, *extent.people)
    for start in range(0, len(people), SLICE):
        some = people[start : start + SLICE]
        told = await _told(connection, extent, [row["id"] for row in some], rules, verifying=verifying)
        yield [_figures(row, told, vault) for row in some]


def _figures(row: asyncpg.Record, told: _Told, vault: Vault | None) -> Figures:
    who = row["id"]
    return Figures(
        contestant_id=who,
        city_id=row["city_id"],
        division=row["division"],
        platform=Platform(row["platform"]),
        handle=_handle(row, vault),
        approved_at=row["approved_at"],
        **{field: people[who] for field, people in told.items() if who in people},
    )


async def _told(
    connection: Connection, extent: Extent, everybody: list[UUID], rules: Rules | None, *, verifying: bool
) -> _Told:
    span = everybody, extent.sequence, extent.exported_from, extent.exported_until
    coverage = await connection.fetch(queries.coverage_in_force, *span)
    once = {(row["source"], row["contestant_id"]) for row in coverage if row["told_once"]}
    told = _covered(coverage)
    told |= await _from_files(connection, extent, everybody, once, rules, verifying=verifying)
    return told | await _beside_files(connection, extent, everybody)


async def _from_files(
    connection: Connection,
    extent: Extent,
    everybody: list[UUID],
    once: _Once,
    rules: Rules | None,
    *,
    verifying: bool,
) -> _Told:
    sources = rules.sources if rules else frozenset(Source)
    span = extent.sequence, extent.exported_from, extent.exported_until, extent.opens_at, extent.closes_at
    told: _Told = {}
    if Source.WORKS in sources:
        told["works"] = await _works(connection, everybody, once, *span)
    if Source.ACCOUNT_DAYS in sources:
        several, alone = _by_files(everybody, once, Source.ACCOUNT_DAYS)
        measures = rules.account_measures if rules else {metric.measure for metric in METRICS.values()} - {None}
        rows = await connection.fetch(queries.account_days_in_force, several, *span, alone, list(measures))
        told["account_days"] = _account_days(rows)
    if Source.LIVE_SESSIONS in sources:
        several, alone = _by_files(everybody, once, Source.LIVE_SESSIONS)
        rows = await connection.fetch(queries.live_sessions_in_force, several, *span, alone)
        told["live_sessions"] = _columns(rows, LiveSessions)
    if Source.ORDERS in sources:
        kept = queries.order_days_in_force, (everybody, extent.sequence, extent.round_id)
        query, given = (queries.order_days_from_lines, (everybody, *span)) if verifying else kept
        told["order_days"] = _columns(await connection.fetch(query, *given), OrderDays)
    if rules is None or rules.needs_featured:
        rows = await connection.fetch(queries.featured_days_in_force, everybody, *span, extent.contest_id)
        told["featured_days"] = _columns(rows, OrderDays)
    return told


async def _beside_files(connection: Connection, extent: Extent, everybody: list[UUID]) -> _Told:
    place = everybody, extent.sequence, extent.round_id
    return {
        "marks": _rows(await connection.fetch(queries.marks_in_force, *place), Mark),
        "penalties": _rows(await connection.fetch(queries.penalties_in_force, *place), _penalty),
        "earlier": await _earlier(connection, everybody, extent),
    }


def _penalty(kind: str, item: str | None, points: Decimal | None) -> Penalty:
    return Penalty(PenaltyKind(kind), item, points)


async def _earlier(connection: Connection, everybody: list[UUID], extent: Extent) -> dict[UUID, dict[str, Earlier]]:
    """By contestant and the key of the earlier round."""
    if not extent.carried_runs:
        return {}
    rounds = {row["id"]: row["key"] for row in await connection.fetch(queries.carried_runs, extent.carried_runs)}
    found: dict[UUID, dict[str, Earlier]] = defaultdict(dict)
    for who, run_id, total, rank in await connection.fetch(queries.earlier_results, everybody, extent.carried_runs):
        found[who][rounds[run_id]] = Earlier(total, rank)
    return found


async def taking_part(connection: Connection, extent: Extent) -> list[UUID]:
    """Everybody who takes part in a run."""
    rows = await connection.fetch(queries.contestants_of_run, *extent.people)
    return [row["id"] for row in rows]


async def carried_digests(connection: Connection, extent: Extent) -> dict[str, str]:
    """The digests of the earlier results that a run takes over, by the keys of their rounds."""
    rows = await connection.fetch(queries.carried_runs, extent.carried_runs) if extent.carried_runs else []
    return {row["key"]: row["digest"] for row in rows}


async def _works(connection: Connection, everybody: list[UUID], once: _Once, *span: Any) -> dict[UUID, Works]:
    """Most people's files tell of every work to the second; only the others' need a closer look."""
    told = {row["contestant_id"] for row in await connection.fetch(queries.told_to_the_minute, everybody)}
    plain = [contestant_id for contestant_id in everybody if contestant_id not in told] if told else everybody
    several, alone = _by_files(plain, once, Source.WORKS)
    works = _columns(await connection.fetch(queries.works_in_force, several, *span, alone), Works)
    if told:
        works |= _columns(await connection.fetch(queries.joined_works_in_force, list(told), *span), Works)
    return works


def _by_files(people: list[UUID], once: _Once, source: Source) -> tuple[list[UUID], list[UUID]]:
    """Those of whom several files may tell of the source, and those of whom one alone does."""
    alone = [who for who in people if (source.value, who) in once]
    return [who for who in people if (source.value, who) not in once], alone


def _covered(rows: Iterable[asyncpg.Record]) -> _Told:
    """Of what the files of each contestant speak."""
    sources: dict[UUID, set[Source]] = defaultdict(set)
    measures: dict[UUID, set[AccountMeasure]] = defaultdict(set)
    for who, source, _, told in rows:
        sources[who].add(Source(source))
        measures[who].update(map(AccountMeasure, told or ()))
    return {"covered": sources, "covered_measures": measures}


def _handle(row: asyncpg.Record, vault: Vault | None) -> str:
    """As it was when the run was computed: results are ordered by it and name it."""
    sealed = row["handle_sealed"]
    return vault.open(sealed, row["id"]) if sealed is not None and vault is not None else str(row["handle_key"])


async def contents_in_force(connection: Connection, extent: Extent) -> list[str]:
    """The digests of the files that a run sees, sorted, each once."""
    span = (extent.exported_from, extent.exported_until)
    rows = await connection.fetch(queries.contents_in_force, extent.contest_id, extent.sequence, *span)
    return sorted(row["content_digest"] for row in rows if row["content_digest"] is not None)


def _columns(rows: Iterable[asyncpg.Record], kind: Callable[..., _Kind]) -> dict[UUID, _Kind]:
    """Rows of a contestant with an array for each column."""
    return {contestant: kind(*arrays) for contestant, *arrays in rows}


def _rows(rows: Iterable[asyncpg.Record], kind: Callable[..., _Kind]) -> dict[UUID, list[_Kind]]:
    """The same, as the values that each place of the arrays makes."""
    return {contestant: [*map(kind, *arrays)] for contestant, *arrays in rows}


def _account_days(rows: Iterable[asyncpg.Record]) -> dict[UUID, dict[AccountMeasure, AccountDays]]:
    """Rows of a contestant's measure with arrays of days and values."""
    found: dict[UUID, dict[AccountMeasure, AccountDays]] = defaultdict(dict)
    for contestant, measure, *arrays in rows:
        found[contestant][AccountMeasure(measure)] = AccountDays(*arrays)
    return found
