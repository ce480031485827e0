"""Notices in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from services.api.context import Executor
from services.api.nodes import Page
from services.api.notices.types import Notice, NoticeAttachment
from services.api.rows import in_order
from services.api.scalars import Long
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def list_notices(database: Executor, contest_id: UUID, page: Page) -> tuple[list[Notice], int]:
    rows = await database.fetch(queries.list_notices, contest_id, page.after, page.limit + 1)
    return [Notice.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_notices(database: Executor, ids: Sequence[UUID]) -> list[Notice | None]:
    return in_order(ids, await database.fetch(queries.find_notices, ids), Notice.of)


async def find_by_number(database: Executor, keys: Sequence[tuple[UUID, int]]) -> list[Notice | None]:
    """Notices by contest and number."""
    contests, numbers = [contest for contest, _ in keys], [number for _, number in keys]
    rows = await database.fetch(queries.find_by_number, contests, numbers)
    found = {(row["contest_id"], row["number"]): Notice.of(row) for row in rows}
    return [found.get(key) for key in keys]


async def find_attachments(database: Executor, ids: Sequence[UUID]) -> list[list[NoticeAttachment]]:
    found: defaultdict[UUID, list[NoticeAttachment]] = defaultdict(list)
    for row in await database.fetch(queries.find_attachments, ids):
        url = f"/notices/{row['notice_id']}/{row['id']}"
        attachment = NoticeAttachment(title=row["title"], url=url, media_type=row["media_type"], size=Long(row["size"]))
        found[row["notice_id"]].append(attachment)
    return [found[each] for each in ids]


async def count_attachable(connection: Connection, contest_id: UUID, documents: Sequence[UUID]) -> int:
    count: int = await connection.fetchval(queries.count_attachable, contest_id, documents)
    return count


async def add_notice(connection: Connection, notice_id: UUID, contest_id: UUID, *values: Any) -> int:
    """Title, body, timetable, contacts, attachments and who publishes it; answers its number."""
    number: int = await connection.fetchval(queries.insert_notice, notice_id, contest_id, *values)
    await advance_version(connection, contest_id)
    return number


async def withdraw(connection: Connection, notice: Notice, reason: str) -> bool:
    """False when it was withdrawn before."""
    await advance_version(connection, notice.contest_id)
    return await connection.fetchval(queries.withdraw_notice, notice.uuid, reason) is not None


async def is_attached(database: Executor, notice_id: UUID, document_id: UUID) -> bool:
    attached: bool = await database.fetchval(queries.find_attached, notice_id, document_id)
    return attached
