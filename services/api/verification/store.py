"""Verification in PostgreSQL."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.api.access import Scope
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import Row, in_order
from services.api.verification.types import (
    DrawnContestant,
    Verification,
    VerificationCheck,
    VerificationCounts,
    VerificationDraw,
)
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.file_vocabulary import DrawPer, VerificationState
from services.shared.personal_data import Vault
from services.shared.verification.roll import Drawn, Lot, Roll

queries = load(Path(__file__).with_name("queries.sql"))

Pair = tuple[UUID, UUID]


async def find_contest(connection: Connection, scope: Scope, round_id: UUID) -> UUID | None:
    """The contest of a round where the viewer may act."""
    contest: UUID | None = await connection.fetchval(queries.find_round, scope.everywhere, scope.contests, round_id)
    return contest


async def list_lots(
    database: Executor, vault: Vault, contest_id: UUID, moment: datetime, per: DrawPer
) -> dict[Lot, UUID]:
    """Who took part at a moment, under the handles of then."""
    rows = await database.fetch(queries.list_lots, contest_id, moment, per is DrawPer.CITY)
    return {_lot(row, vault): row["contestant_id"] for row in rows}


def _lot(row: Row, vault: Vault) -> Lot:
    sealed = row["handle_sealed"]
    handle = row["handle_key"] if sealed is None else vault.open(sealed, row["contestant_id"])
    return Lot(row["group"], row["platform"], handle)


async def roll_of(database: Executor, vault: Vault, draw: Row) -> tuple[Roll, dict[Lot, UUID]]:
    """The roll of a draw, made anew from who took part when it was announced."""
    per = DrawPer(draw["per"])
    lots = await list_lots(database, vault, draw["contest_id"], draw["announced_at"], per)
    return Roll(per, draw["people"], draw["seed_source"], draw["seed_at"], list(lots)), lots


@dataclass(frozen=True, slots=True)
class Announced:
    """A draw that is announced."""

    id: UUID
    contest_id: UUID
    round_id: UUID
    roll: Roll
    reason: str
    by: UUID | None
    at: datetime


async def add_draw(connection: Connection, draw: Announced) -> None:
    roll = draw.roll
    how = roll.per, roll.people, roll.seed_source, roll.seed_at, roll.sha256, len(roll.lots)
    places = draw.id, draw.contest_id, draw.round_id
    await connection.execute(queries.insert_draw, *places, *how, draw.reason, draw.by, draw.at)


async def find_draws(database: Executor, ids: Sequence[UUID]) -> list[VerificationDraw | None]:
    return in_order(ids, await database.fetch(queries.find_draws, ids), VerificationDraw.of)


async def find_draw_rows(database: Executor, ids: Sequence[UUID]) -> list[Row]:
    return list(await database.fetch(queries.find_draws, ids))


async def list_draws(database: Executor, rounds: Sequence[UUID]) -> list[list[VerificationDraw]]:
    found: dict[UUID, list[VerificationDraw]] = {key: [] for key in rounds}
    for row in await database.fetch(queries.list_draws, rounds):
        found[row["round_id"]].append(VerificationDraw.of(row))
    return [found[key] for key in rounds]


async def lock_draw(connection: Connection, draw_id: UUID) -> Row | None:
    """A draw as it stands; the contest is locked. `seed_is_public` by the database's clock."""
    row: Row | None = await connection.fetchrow(queries.lock_draw, draw_id)
    return row


async def make_draw(
    connection: Connection, draw_id: UUID, seed: str, drawn: Sequence[tuple[Drawn, UUID]], user: UUID | None
) -> None:
    await connection.execute(queries.make_draw, draw_id, seed, user)
    lines = [(draw_id, who, position, one.ticket) for position, (one, who) in enumerate(drawn, 1)]
    await connection.executemany(queries.insert_drawn, lines)


async def cancel_draw(connection: Connection, draw_id: UUID, reason: str, user: UUID | None) -> None:
    await connection.execute(queries.cancel_draw, draw_id, user, reason)


async def list_drawn(database: Executor, scope: Scope, draws: Sequence[UUID]) -> list[list[DrawnContestant]]:
    found: dict[UUID, list[DrawnContestant]] = {key: [] for key in draws}
    for row in await database.fetch(queries.list_drawn, *scope, draws):
        person = DrawnContestant(contestant_id=row["contestant_id"], position=row["position"], ticket=row["ticket"])
        found[row["draw_id"]].append(person)
    return [found[key] for key in draws]


async def list_verifications(
    database: Executor,
    scope: Scope,
    round_id: UUID,
    page: Page,
    *,
    city_id: UUID | None,
    state: VerificationState | None,
) -> tuple[list[Verification], int]:
    asked = round_id, city_id, state, page.after, page.limit + 1
    rows = await database.fetch(queries.list_verifications, *scope, *asked)
    return [Verification.of(row) for row in rows if row["round_id"]], rows[0]["total"]


async def count(database: Executor, scope: Scope, keys: Sequence[tuple[UUID, UUID | None]]) -> list[VerificationCounts]:
    """For rounds, or cities in them."""
    rows = await database.fetch(queries.count_verifications, *scope, list({round_id for round_id, _ in keys}))
    found: dict[tuple[UUID, UUID | None], Counter[str]] = {key: Counter() for key in keys}
    for row in rows:
        for key in ((row["round_id"], None), (row["round_id"], row["city_id"])):
            if key in found:
                found[key][row["state"]] += row["people"]
    return [
        VerificationCounts(required=of.total(), open=of["OPEN"], agrees=of["AGREES"], differs=of["DIFFERS"])
        for of in (found[key] for key in keys)
    ]


async def states_of_standings(database: Executor, keys: Sequence[Pair]) -> list[VerificationState | None]:
    rows = await database.fetch(queries.states_of_standings, [run for run, _ in keys], [who for _, who in keys])
    found = {(row["run_id"], row["contestant_id"]): VerificationState(row["state"]) for row in rows}
    return [found.get(key) for key in keys]


async def list_checks(database: Executor, keys: Sequence[Pair]) -> list[list[VerificationCheck]]:
    """By round and contestant."""
    rows = await database.fetch(queries.list_checks, [key for key, _ in keys], [who for _, who in keys])
    found: dict[Pair, list[VerificationCheck]] = {key: [] for key in keys}
    for row in rows:
        found[row["round_id"], row["contestant_id"]].append(VerificationCheck.of(row))
    return [found[key] for key in keys]


async def find_check(connection: Connection, check_id: UUID) -> VerificationCheck:
    (row,) = await connection.fetch(queries.find_check, check_id)
    return VerificationCheck.of(row)


async def find_required(connection: Connection, contest_id: UUID, round_id: UUID, contestant_id: UUID) -> Row | None:
    """How somebody's verification stands in a round of the contest, and what the adopted run has found of them."""
    row: Row | None = await connection.fetchrow(queries.find_required, round_id, contestant_id, contest_id)
    return row


async def is_export_of(connection: Connection, upload_id: UUID, contestant_id: UUID) -> bool:
    return bool(await connection.fetchval(queries.is_export_of, upload_id, contestant_id))


async def lower_figures(
    connection: Connection, contestant_id: UUID, upload_id: UUID, required: Row
) -> list[dict[str, Any]]:
    """Rows of a fresh export that are below what the adopted run counted, as they are stored."""
    extent = [required[name] for name in ("sequence", "exported_from", "exported_until", "opens_at", "closes_at")]
    rows = await connection.fetch(queries.lower_figures, contestant_id, upload_id, *extent)
    return [{**dict(row), "counted": str(row["counted"]), "fresh": str(row["fresh"])} for row in rows]


@dataclass(frozen=True, slots=True)
class Found:
    """What comparing somebody's figures found; figures as they are stored."""

    outcome: str
    method: str
    upload_id: UUID | None
    figures: Sequence[Mapping[str, Any]]
    lower: Sequence[Mapping[str, Any]]
    note: str


async def add_check(
    connection: Connection, check_id: UUID, places: tuple[UUID, UUID, UUID, UUID], found: Found, user: UUID | None
) -> None:
    """`places`: contest, round, contestant and the run whose figures were compared."""
    told = found.outcome, found.method, found.upload_id, found.figures, found.lower, found.note
    await connection.execute(queries.insert_check, check_id, *places, *told, user)
