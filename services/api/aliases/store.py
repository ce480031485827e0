"""Aliases of accounts in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.api.access import Scope
from services.api.aliases.types import AccountAlias
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.handles import handle_key
from services.shared.identity import new_id
from services.shared.vocabulary import AliasState, Platform

queries = load(Path(__file__).with_name("queries.sql"))


async def list_aliases(
    database: Executor, scope: Scope, contest_id: UUID, state: AliasState | None, page: Page
) -> tuple[list[AccountAlias], int]:
    rows = await database.fetch(queries.list_aliases, *scope, contest_id, state, page.after, page.limit + 1)
    return [AccountAlias.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_aliases(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[AccountAlias | None]:
    return in_order(ids, await database.fetch(queries.find_aliases, *scope, ids), AccountAlias.of)


async def find_aliases_of(database: Executor, accounts: Sequence[UUID]) -> list[list[AccountAlias]]:
    found: defaultdict[UUID, list[AccountAlias]] = defaultdict(list)
    for row in await database.fetch(queries.find_aliases_of, accounts):
        found[row["account_id"]].append(AccountAlias.of(row))
    return [found[account] for account in accounts]


async def shows_alias(connection: Connection, document_id: UUID, contestant_id: UUID) -> bool:
    """Whether a document was handed in to show an alias of this contestant."""
    shows: bool = await connection.fetchval(queries.find_document, document_id, contestant_id)
    return shows


async def ask(
    connection: Connection,
    contest_id: UUID,
    account: tuple[UUID, Platform],
    handle: str,
    *,
    document_id: UUID,
    reason: str,
    user: UUID | None,
) -> UUID:
    alias_id, (account_id, platform) = new_id(), account
    names = account_id, platform, handle, handle_key(handle)
    await connection.execute(queries.insert_alias, alias_id, contest_id, *names, document_id, reason, user)
    return alias_id


async def has_open(connection: Connection, account_id: UUID) -> bool:
    """Whether an alias of the account waits to be decided."""
    return bool(await connection.fetchval(queries.find_open, account_id))


async def is_shown(connection: Connection, alias_id: UUID) -> bool:
    """Whether what was handed in to show an alias has been checked and can be looked at."""
    return bool(await connection.fetchval(queries.find_shown, alias_id))


async def is_asked(connection: Connection, alias_id: UUID) -> bool:
    return bool(await connection.fetchval(queries.find_state, alias_id) == AliasState.ASKED)


async def decide(connection: Connection, alias_id: UUID, state: AliasState, reason: str, user: UUID | None) -> None:
    await connection.execute(queries.decide, alias_id, state, reason, user)
