"""Appeals in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Context, Executor
from services.api.nodes import Page
from services.api.rows import Row
from services.shared.appeal_vocabulary import AppealKind, AppealState, AppealVerdict, OutcomeKind
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


class Eyes(NamedTuple):
    """Who looks: what the database's `sees_appeal` takes, in its order."""

    everywhere: bool
    contests: Sequence[UUID]
    cities: Sequence[UUID]
    contestants: Sequence[UUID]
    viewer: UUID | None

    @classmethod
    def of(cls, context: Context) -> "Eyes":
        return cls(*context.rows("Appeal"), context.viewer.user_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which appeals of a contest; None means any."""

    contest_id: UUID
    round_id: UUID | None = None
    city_id: UUID | None = None
    kind: AppealKind | None = None
    state: AppealState | None = None
    led_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewAppeal:
    """What is filed, in the order of `insert_appeal`."""

    id: UUID
    contest_id: UUID
    round_id: UUID
    contestant_id: UUID
    publication_id: UUID | None
    kind: AppealKind
    text_sealed: bytes
    filer_sealed: bytes
    filed_by: UUID | None
    secret_hash: bytes
    request: bytes | None
    source: bytes | None


class Filed(NamedTuple):
    """Objections of the last day in a contest."""

    number: int
    from_there: int  # from one address


async def list_appeals(database: Executor, eyes: Eyes, wanted: Wanted, page: Page) -> tuple[list[Row], int]:
    rows = await database.fetch(queries.list_appeals, *eyes, *astuple(wanted), page.after, page.limit + 1)
    return [row for row in rows if row["id"]], rows[0]["total"]


async def find_appeals(database: Executor, eyes: Eyes, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    return await database.fetch(queries.find_appeals, *eyes, ids)


async def find_by_secret(
    database: Executor, contest_id: UUID, number: int, secret_hash: bytes
) -> asyncpg.Record | None:
    return await database.fetchrow(queries.find_by_secret, contest_id, number, secret_hash)


async def find_secret(connection: Connection, appeal_id: UUID) -> bytes | None:
    found: bytes | None = await connection.fetchval(queries.find_secret, appeal_id)
    return found


async def find_appeal(connection: Connection, appeal_id: UUID) -> asyncpg.Record:
    """One that there is, as it stands now; its contest is locked."""
    row = await connection.fetchrow(queries.find_appeal, appeal_id)
    assert row is not None  # noqa: S101  appeals are never deleted
    return row


async def find_request(connection: Connection, contest_id: UUID, hashes: Sequence[bytes]) -> UUID | None:
    found: UUID | None = await connection.fetchval(queries.find_request, contest_id, hashes)
    return found


async def find_own(connection: Connection, scope: Scope, round_id: UUID, number: int) -> asyncpg.Record | None:
    """Somebody of whom the viewer may speak, in a round: `id, publication_id, opened, open_number`."""
    return await connection.fetchrow(queries.find_own, *scope, round_id, number)


async def find_published(connection: Connection, round_id: UUID, number: int) -> asyncpg.Record | None:
    """What is published of a round now: `publication_id, in_notice`, and `contestant_id` where that number is on it."""
    return await connection.fetchrow(queries.find_published, round_id, number)


async def count_filed(connection: Connection, contest_id: UUID, source: Sequence[bytes]) -> Filed:
    row = await connection.fetchrow(queries.count_filed, contest_id, source)
    assert row is not None  # noqa: S101  an aggregate has one row
    return Filed(*row)


async def add_appeal(connection: Connection, new: NewAppeal) -> int:
    """Its number."""
    number: int = await connection.fetchval(queries.insert_appeal, *astuple(new))
    return number


async def renew_secret(connection: Connection, appeal_id: UUID, secret_hash: bytes) -> None:
    await connection.execute(queries.renew_secret, appeal_id, secret_hash)


async def find_documents(database: Executor, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    return await database.fetch(queries.find_documents_of_appeals, ids)


async def find_outcomes(database: Executor, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    return await database.fetch(queries.find_outcomes, ids)


async def find_concern(connection: Connection, appeal_id: UUID, user_id: UUID | None) -> str | None:
    """Why somebody must not judge of an appeal, as a code; None when nothing speaks against it."""
    code: str | None = await connection.fetchval(queries.find_concern, appeal_id, user_id)
    return code


async def judges_there(connection: Connection, user_id: UUID, contest_id: UUID) -> bool:
    """Whether a user organises the contest or is its judge."""
    found: bool = await connection.fetchval(queries.judges_there, user_id, contest_id)
    return found


async def assign(connection: Connection, appeal_id: UUID, user_id: UUID, by: UUID | None) -> None:
    await connection.execute(queries.assign, appeal_id, user_id, by)


async def decide(
    connection: Connection, appeal_id: UUID, state: AppealState, verdict: AppealVerdict, reason: str, *, by: UUID | None
) -> None:
    await connection.execute(queries.decide, appeal_id, state, verdict, reason, by)


async def confirm(connection: Connection, appeal_id: UUID, by: UUID | None) -> None:
    await connection.execute(queries.confirm, appeal_id, by)


async def withdraw(connection: Connection, appeal_id: UUID) -> None:
    await connection.execute(queries.withdraw, appeal_id)


async def find_handlers(connection: Connection, appeal_id: UUID) -> list[UUID]:
    """Who organises the contest and may know of the appeal."""
    return [row["id"] for row in await connection.fetch(queries.find_handlers, appeal_id)]


async def fits(connection: Connection, appeal_id: UUID, kind: OutcomeKind, subject_id: UUID) -> bool:
    """Whether something can have come of an appeal: of its round, where it can be of its contestant, and after it."""
    found: bool = await connection.fetchval(queries.fits, appeal_id, kind, subject_id)
    return found


async def link(connection: Connection, appeal_id: UUID, kind: OutcomeKind, subject_id: UUID, by: UUID | None) -> bool:
    """False when it was linked already."""
    return await connection.fetchval(queries.link, appeal_id, kind, subject_id, by) is not None
