"""The record of who did what, read from PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.api.access import RunScope
from services.api.audit.types import AuditEntry, AuditHead
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; None means any. `until` is no longer part of the time."""

    contest_id: UUID | None = None
    user_id: UUID | None = None
    action: str | None = None
    subject_id: UUID | None = None
    city_id: UUID | None = None
    contestant_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str | None = None


async def list_entries(database: Executor, scope: RunScope, wanted: Wanted, page: Page) -> tuple[list[AuditEntry], int]:
    rows = await database.fetch(
        queries.list_entries,
        *scope.rows[:2],
        wanted.contest_id,
        page.after,
        page.limit + 1,
        wanted.user_id,
        wanted.action,
        wanted.subject_id,
        wanted.city_id,
        wanted.contestant_id,
        wanted.since,
        wanted.until,
        wanted.search,
        *scope.organised,
    )
    return [AuditEntry.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_entries(database: Executor, scope: RunScope, ids: Sequence[UUID]) -> list[AuditEntry | None]:
    rows = await database.fetch(queries.find_entries, *scope.rows[:2], ids, *scope.organised)
    return in_order(ids, rows, AuditEntry.of)


async def find_head(database: Executor) -> AuditHead:
    row = await database.fetchrow(queries.find_head)
    assert row is not None  # noqa: S101  a select of one row gives one row
    return AuditHead.of(row)
