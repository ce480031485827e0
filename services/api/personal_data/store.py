"""Personal data in PostgreSQL: read whole, and erased."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from services.api.access import Scope
from services.api.context import Executor
from services.shared.audit.actions import Action
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.personal_data import Vault, mask_name
from services.shared.storage.originals import Original
from services.shared.storage.seal import document_key

queries = load(Path(__file__).with_name("queries.sql"))

# What people wrote of a contestant.
_WRITTEN = (
    queries.erase_links,
    queries.erase_flags,
    queries.erase_checks,
    queries.erase_penalties,
    queries.erase_jury,
    queries.erase_appeals,
)


class Left(NamedTuple):
    """What is to be deleted and ended beside the rows: documents and users by id, sessions by hash."""

    documents: Sequence[UUID]
    uploads: Sequence[Original]
    sessions: Sequence[bytes]
    users: Sequence[UUID]

    @property
    def files(self) -> list[str]:
        """The keys of what is to be deleted in the file store."""
        places = [place for each in self.uploads for place in (each.place, each.arrival)]
        return [*map(document_key, self.documents), *places]


async def find_person(database: Executor, scope: Scope, key: UUID) -> asyncpg.Record | None:
    return await database.fetchrow(queries.find_person, *scope, key)


async def count_seen(
    connection: Connection, user_id: UUID | None, action: Action, seconds: int
) -> tuple[int, datetime]:
    """How many people the user has seen whole in these seconds by this way, and from when one more may be.

    Until the transaction ends no other request of the user gets past here.
    """
    await connection.execute(queries.lock_user, user_id)
    ((revealed, again_at),) = await connection.fetch(queries.count_seen, user_id, seconds, action)
    return revealed, again_at


async def has_open_run(connection: Connection, contest_id: UUID) -> bool:
    open_run: bool = await connection.fetchval(queries.has_open_run, contest_id)
    return open_run


async def find_waiting_revision(connection: Connection, person: asyncpg.Record) -> int | None:
    """What would publish the person's name after it was erased."""
    revision: int | None = await connection.fetchval(queries.find_waiting_revision, person["contest_id"], person["id"])
    return revision


async def erase(connection: Connection, vault: Vault, person: asyncpg.Record, withdrawn_reason: str) -> Left:
    """Takes a person out of every table, under the contest's lock; the figures stay."""
    who, name = person["id"], mask_name(person["name"])
    await connection.execute(queries.erase_contestant, who, name, os.urandom(32), withdrawn_reason)
    await _replace(connection, person, person["name"], name)
    account = await _erase_account(connection, person)
    await _erase_approvals(connection, vault, who)
    await connection.execute(queries.erase_double_entries, who)
    await connection.execute(queries.erase_lines, who)
    for named in (queries.erase_invitations, queries.erase_certificates):
        await connection.execute(named, who, name)
    await connection.execute(queries.erase_titles, who, os.urandom(32))
    for written in _WRITTEN:
        await connection.execute(written, who)
    documents = [row["id"] for row in await connection.fetch(queries.erase_documents, who)]
    uploads = [Original(**row) for row in await connection.fetch(queries.erase_uploads, account, name)]
    for forget in (queries.forget_unclaimed, queries.forget_marked_copies):
        await connection.execute(forget, [upload.id for upload in uploads])
    await connection.execute(queries.forget_archives, person["contest_id"])
    users = [row["user_id"] for row in await connection.fetch(queries.revoke_grants, who)]
    sessions: list[bytes] = []
    for user in users:
        await connection.execute(queries.erase_user, user, f"erased-{new_id().hex}", name)
        sessions += [row["token_hash"] for row in await connection.fetch(queries.end_sessions, user)]
    await advance_version(connection, person["contest_id"])
    return Left(documents, uploads, sessions, users)


async def _erase_account(connection: Connection, person: asyncpg.Record) -> UUID:
    (account,) = await connection.fetch(queries.find_account, person["id"])
    account_id: UUID = account["id"]
    mask = mask_name(account["handle"])
    await connection.execute(queries.erase_account, account_id, mask, _no_handle())
    await connection.execute(queries.erase_claims, account_id)
    named = [account["handle"], account["handle_key"]]
    for alias in await connection.fetch(queries.find_aliases, account_id):
        await connection.execute(queries.erase_alias, alias["id"], mask_name(alias["handle"]), _no_handle())
        named.append(alias["handle"])
    for handle in dict.fromkeys(named):
        await _replace(connection, person, handle, mask)
    platform = account["platform"]
    there, mask = f"{platform} {account['handle_key']}", f"{platform} {mask}"
    await connection.execute(queries.erase_from_runs, person["contest_id"], there, mask)
    return account_id


async def _erase_approvals(connection: Connection, vault: Vault, who: UUID) -> None:
    """A stored result and a draw's roll name the account: to make them again the handle is kept, sealed, for nothing
    else."""
    for span in await connection.fetch(queries.find_approvals, who):
        sealed = vault.seal(span["handle_key"], who) if span["needed"] else None
        await connection.execute(queries.erase_approval, who, span["from_at"], _no_handle(), sealed)


async def _replace(connection: Connection, person: asyncpg.Record, value: str, mask: str) -> None:
    """In what was said of files and rosters, where a value stands by itself."""
    values = (orjson.dumps(each).decode() for each in (value, mask))
    await connection.execute(queries.erase_from_problems, person["contest_id"], *values)


def _no_handle() -> str:
    """Unlike every handle, and unlike every other one that was erased."""
    return f"erased {new_id().hex}"
