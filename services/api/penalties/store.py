"""Penalties in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.nodes import Page
from services.api.penalties.types import Penalty
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.vocabulary import PenaltyKind, PenaltyState

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which penalties of a contest; None means any."""

    contest_id: UUID
    round_id: UUID | None = None
    city_id: UUID | None = None
    contestant_id: UUID | None = None
    state: PenaltyState | None = None


@dataclass(frozen=True, slots=True)
class NewPenalty:
    """What is proposed, in the order of the table's columns."""

    id: UUID
    contest_id: UUID
    round_id: UUID
    contestant_id: UUID
    kind: PenaltyKind
    item: str | None
    points: Decimal | None
    reason: str
    document_ids: Sequence[UUID]
    upload_id: UUID | None


async def list_penalties(database: Executor, scope: Scope, wanted: Wanted, page: Page) -> tuple[list[Penalty], int]:
    rows = await database.fetch(queries.list_penalties, *scope, *astuple(wanted), page.after, page.limit + 1)
    return [Penalty.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_penalties(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Penalty | None]:
    return in_order(ids, await database.fetch(queries.find_penalties, *scope, ids), Penalty.of)


async def find_setting(connection: Connection, contest_id: UUID, round_id: UUID) -> asyncpg.Record | None:
    """`title, penalties_need_two, document` of a round of the contest."""
    return await connection.fetchrow(queries.find_setting, contest_id, round_id)


async def count_evidence(connection: Connection, contest_id: UUID, documents: Sequence[UUID]) -> int:
    count: int = await connection.fetchval(queries.count_evidence, contest_id, documents)
    return count


async def add_penalty(connection: Connection, new: NewPenalty, user: UUID | None) -> None:
    await connection.execute(queries.insert_penalty, *astuple(new), user)


async def find_penalty(connection: Connection, penalty_id: UUID) -> asyncpg.Record:
    """Of one that there is; its contest is locked."""
    row = await connection.fetchrow(queries.find_penalty, penalty_id)
    assert row is not None  # noqa: S101  penalties are never deleted
    return row


async def confirm(connection: Connection, penalty_id: UUID, sequence: int, user: UUID | None) -> None:
    await connection.execute(queries.confirm_penalty, penalty_id, sequence, user)


async def propose_revocation(connection: Connection, penalty_id: UUID, user: UUID | None, reason: str) -> None:
    await connection.execute(queries.propose_revocation, penalty_id, user, reason)


async def decline_revocation(connection: Connection, penalty_id: UUID) -> None:
    await connection.execute(queries.decline_revocation, penalty_id)


async def revoke(
    connection: Connection, penalty_id: UUID, sequence: int | None, user: UUID | None, reason: str
) -> None:
    await connection.execute(queries.revoke_penalty, penalty_id, sequence, user, reason)
