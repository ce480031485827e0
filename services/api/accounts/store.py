"""Accounts in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.accounts.types import Account
from services.api.context import Executor
from services.api.errors import ConflictError, NotFoundError
from services.api.rows import in_order
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.jobs import JobKind, enqueue

queries = load(Path(__file__).with_name("queries.sql"))


async def find_accounts(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Account | None]:
    rows = await database.fetch(queries.find_accounts, *scope, ids)
    return in_order(ids, rows, Account.of, by="account_id")


@dataclass(frozen=True, slots=True)
class BoundUid:
    """A platform number that was bound: to whose account, and what stood there before."""

    account_id: UUID
    contestant_id: UUID
    city_id: UUID
    before: str | None
    uid: str


async def check_free(connection: Connection, contest_id: UUID, account_id: UUID, uid: str) -> asyncpg.Record:
    """An account of the locked contest that the number can be bound to, locked.

    Raises NotFoundError for an account of another contest, ConflictError for a number that is taken or an account
    that has another.
    """
    account = await connection.fetchrow(queries.lock_account, account_id, contest_id)
    if account is None:
        raise NotFoundError
    holder = await connection.fetchrow(queries.find_uid, contest_id, account["platform"], uid)
    if account["uid"] not in (None, uid):
        raise ConflictError("ACCOUNT_HAS_UID", uid=uid, bound=account["uid"])
    if holder is not None and holder["id"] != account_id:
        raise ConflictError("UID_BOUND", uid=uid)
    return account


async def bind_uids(connection: Connection, contest_id: UUID, bindings: Sequence[tuple[UUID, str]]) -> list[BoundUid]:
    """Binds platform numbers to accounts of a contest and asks the scorer to look again at lines that wait for them.

    Raises what `check_free` raises.
    """
    # The contest first: of two who bind the same number at once, the second sees what the first has done.
    await advance_version(connection, contest_id)
    bound: list[BoundUid] = []
    for account_id, uid in sorted(bindings):
        account = await check_free(connection, contest_id, account_id, uid)
        await connection.execute(queries.bind_uid, account_id, uid)
        bound.append(BoundUid(account_id, account["contestant_id"], account["city_id"], account["uid"], uid))
    for row in await connection.fetch(queries.find_uploads_waiting_for, contest_id, [uid for _, uid in bindings]):
        await enqueue(connection, JobKind.CLAIM_LINES, row["id"])
    return bound
