"""Uploads in PostgreSQL. Whoever made an upload sees it; others by its account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Context, Executor
from services.api.nodes import Page
from services.api.problems import Problem
from services.api.rows import in_order
from services.api.uploads.types import Upload
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.file_vocabulary import UploadKind, UploadState
from services.shared.vocabulary import ImportPolicy, Platform

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which uploads of a contest; None means any."""

    contest_id: UUID
    state: UploadState | None = None
    kind: UploadKind | None = None
    contestant_id: UUID | None = None
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What is announced of a file."""

    id: UUID
    contest_id: UUID
    name: str
    size: int
    sha256: str
    kind: UploadKind | None
    account_id: UUID | None
    exported_at: datetime | None
    policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING
    attested: bool = False
    published_at: datetime | None = None
    typing_reason: str | None = None
    address_sealed: bytes | None = None  # of what is fetched instead of sent


def _sight(context: Context) -> tuple[object, ...]:
    return (*context.rows("Upload"), context.viewer.user_id)


async def list_uploads(context: Context, wanted: Wanted, page: Page) -> tuple[list[Upload], int]:
    rows = await context.pool.fetch(
        queries.list_uploads,
        *_sight(context),
        wanted.contest_id,
        wanted.state,
        wanted.kind,
        wanted.contestant_id,
        page.after,
        page.limit + 1,
        wanted.parent_id,
    )
    return [Upload.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_uploads(context: Context, ids: Sequence[UUID]) -> list[Upload | None]:
    rows = await context.pool.fetch(queries.find_uploads, *_sight(context), ids)
    return in_order(ids, rows, Upload.of)


async def count_files(database: Executor, archives: Sequence[UUID]) -> list[Mapping[str, int]]:
    """`accepted`, `refused` and `duplicate` of each archive."""
    rows = {row["parent_id"]: dict(row) for row in await database.fetch(queries.count_files, archives)}
    return [rows.get(key, {}) for key in archives]


async def list_problems(database: Executor, upload_id: UUID, page: Page) -> tuple[list[tuple[int, Problem]], int]:
    rows = await database.fetch(queries.list_problems, upload_id, page.after, page.limit + 1)
    return [(row["position"], Problem.of(row)) for row in rows if row["code"]], rows[0]["total"]


async def find_named_account(
    connection: Connection,
    scope: Scope,
    contest_id: UUID,
    *,
    account_id: UUID | None,
    handle_key: str | None,
    platform: Platform | None,
) -> UUID | None:
    """The one account that is meant and that the viewer may upload for; None when there is none or more than one."""
    rows = await connection.fetch(queries.find_named_account, *scope, contest_id, account_id, handle_key, platform)
    return rows[0]["id"] if len(rows) == 1 else None


async def find_uploads_until(
    connection: Connection, contest_id: UUID, exported_at: datetime | None, *, sees_results: bool
) -> tuple[datetime | None, bool]:
    """Until when files are taken, none without a round; whether one exported then still is, by the database's clock."""
    ((until, is_open),) = await connection.fetch(queries.find_uploads_until, contest_id, exported_at, sees_results)
    return until, is_open


async def add_upload(connection: Connection, upload: NewUpload, token_hash: bytes | None, user: UUID | None) -> None:
    await connection.execute(
        queries.insert_upload,
        upload.id,
        upload.contest_id,
        upload.name,
        upload.size,
        upload.sha256,
        upload.kind,
        upload.account_id,
        upload.exported_at,
        token_hash,
        user,
        upload.policy,
        upload.attested,
        upload.published_at,
        upload.typing_reason,
        upload.address_sealed,
    )


async def is_of_city(connection: Connection, contest_id: UUID, cities: Sequence[UUID]) -> bool:
    """Whether one of the cities is of the contest."""
    found: bool = await connection.fetchval(queries.is_of_city, contest_id, cities)
    return found


async def renew_token(connection: Connection, upload_id: UUID, token_hash: bytes) -> bool:
    """False when the upload no longer waits for its bytes."""
    return await connection.fetchval(queries.renew_token, upload_id, token_hash) is not None


async def find_awaited(database: Executor, upload_id: UUID, token_hash: bytes) -> asyncpg.Record | None:
    return await database.fetchrow(queries.find_awaited, upload_id, token_hash)


async def mark_bytes(database: Executor, upload_id: UUID) -> None:
    await database.execute(queries.mark_bytes, upload_id)


async def lock_upload(connection: Connection, context: Context, upload_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.lock_upload, *_sight(context), upload_id)


async def queue_upload(connection: Connection, upload_id: UUID) -> None:
    await connection.execute(queries.queue_upload, upload_id)


async def write_withdrawal(connection: Connection, upload_id: UUID, reason: str) -> None:
    await connection.execute(queries.write_withdrawal, upload_id, reason)


async def needs_two_typists(connection: Connection, contest_id: UUID) -> bool:
    """Whether typed figures wait for a second person."""
    needed: bool = await connection.fetchval(queries.needs_two_typists, contest_id)
    return needed


async def lock_typed(connection: Connection, scope: Scope, upload_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.lock_typed, scope.everywhere, scope.contests, upload_id)


async def decline_typed(connection: Connection, upload_id: UUID, reason: str) -> None:
    await connection.execute(queries.decline_typed, upload_id, reason)
