"""Messages, who has read them, and the files in which they were taken out, in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.api.access import Scope, Viewer
from services.api.context import Executor
from services.api.messages.types import Message, MessageFile, MessageReading
from services.api.nodes import Page
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.vocabulary import Role

queries = load(Path(__file__).with_name("queries.sql"))


class Inbox(NamedTuple):
    """Whose messages somebody receives."""

    user_id: UUID | None
    contestants: Sequence[UUID]
    cities: Sequence[UUID]

    @classmethod
    def of(cls, viewer: Viewer) -> "Inbox":
        staff = (Role.CITY_CLERK, Role.CITY_LEADER)
        return cls(
            viewer.user_id,
            sorted({grant.contestant_id for grant in viewer.grants if grant.contestant_id}),
            sorted({grant.city_id for grant in viewer.grants if grant.role in staff and grant.city_id}),
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages of a contest; None means any."""

    contest_id: UUID
    city_id: UUID | None = None
    contestant_id: UUID | None = None
    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_inbox(
    database: Executor, inbox: Inbox, page: Page, *, unread_only: bool
) -> tuple[list[Message], int, int]:
    """A page, how many there are, and how many are unread."""
    rows = await database.fetch(queries.list_inbox, *inbox, page.after, page.limit + 1, unread_only)
    return [Message.of(row) for row in rows if row["id"]], rows[0]["total"], rows[0]["unread"]


async def mark_read(connection: Connection, inbox: Inbox, ids: Sequence[UUID] | None) -> None:
    await connection.execute(queries.mark_read, *inbox, ids)


async def count_own(connection: Connection, inbox: Inbox, ids: Sequence[UUID]) -> int:
    count: int = await connection.fetchval(queries.count_own, *inbox, ids)
    return count


async def list_messages(database: Executor, scope: Scope, wanted: Wanted, page: Page) -> tuple[list[Message], int]:
    filters = wanted.city_id, wanted.contestant_id, wanted.code, wanted.since, wanted.until
    rows = await database.fetch(
        queries.list_messages, *scope[:2], wanted.contest_id, page.after, page.limit + 1, *filters
    )
    return [Message.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_readings(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[list[MessageReading]]:
    found: defaultdict[UUID, list[MessageReading]] = defaultdict(list)
    for row in await database.fetch(queries.find_readings, *scope[:2], ids):
        found[row["message_id"]].append(MessageReading(name=row["name"], read_at=row["read_at"]))
    return [found[each] for each in ids]


async def find_files(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[list[MessageFile]]:
    found: defaultdict[UUID, list[MessageFile]] = defaultdict(list)
    for row in await database.fetch(queries.find_files, *scope[:2], ids):
        found[row["message_id"]].append(MessageFile(key=row["id"], reason=row["reason"], made_at=row["made_at"]))
    return [found[each] for each in ids]


async def add_file(
    connection: Connection, file_id: UUID, contest_id: UUID, reason: str, user: UUID | None, *, only_new: bool
) -> int:
    """How many messages the file holds."""
    await connection.execute(queries.insert_file, file_id, contest_id, reason, user)
    lines: int = await connection.fetchval(queries.insert_file_lines, file_id, contest_id, only_new)
    return lines


async def find_file(connection: Connection, scope: Scope, file_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.find_file, *scope[:2], file_id)


async def file_people(connection: Connection, file_id: UUID) -> list[asyncpg.Record]:
    """Whose phones are in a file: `id`, `city_id`."""
    return await connection.fetch(queries.file_people, file_id)


async def file_lines(database: Executor, file_id: UUID) -> list[asyncpg.Record]:
    return await database.fetch(queries.file_lines, file_id)
