"""Double entries in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.api.access import Scope
from services.api.context import Executor
from services.api.double_entries.types import DoubleEntry
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.vocabulary import DoubleEntryDecision

queries = load(Path(__file__).with_name("queries.sql"))


async def list_double_entries(
    database: Executor, scope: Scope, contest_id: UUID, page: Page, *, is_open: bool | None
) -> tuple[list[DoubleEntry], int]:
    rows = await database.fetch(queries.list_double_entries, *scope, contest_id, is_open, page.after, page.limit + 1)
    return [DoubleEntry.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_double_entries(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[DoubleEntry | None]:
    return in_order(ids, await database.fetch(queries.find_double_entries, *scope, ids), DoubleEntry.of)


async def is_decided(connection: Connection, entry_id: UUID) -> bool:
    return await connection.fetchval(queries.find_decision, entry_id) is not None


async def decide(
    connection: Connection, entry_id: UUID, decision: DoubleEntryDecision, reason: str, user: UUID | None
) -> None:
    await connection.execute(queries.decide, entry_id, decision, reason, user)
