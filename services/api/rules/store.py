"""Rules in PostgreSQL."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.rows import in_order
from services.api.rules.types import Rules
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.rules.check import RoundSetting

queries = load(Path(__file__).with_name("queries.sql"))


async def find_rules(database: Executor, ids: Sequence[UUID]) -> list[Rules | None]:
    rows = await database.fetch(queries.find_rules, ids)
    return in_order(ids, rows, Rules.of)


async def find_rules_of_rounds(database: Executor, rounds: Sequence[UUID]) -> list[Rules | None]:
    rows = await database.fetch(queries.find_rules_of_rounds, rounds)
    return in_order(rounds, rows, Rules.of, by="round_id")


async def find_versions(database: Executor, rounds: Sequence[UUID]) -> list[list[Rules] | None]:
    """Of each round all versions, the last first."""
    found: dict[UUID, list[Rules]] = {round_id: [] for round_id in rounds}
    for row in await database.fetch(queries.find_versions, rounds):
        found[row["round_id"]].append(Rules.of(row))
    return [found[round_id] for round_id in rounds]


async def find_rules_before(database: Executor, ids: Sequence[UUID]) -> list[Rules | None]:
    rows = await database.fetch(queries.find_rules_before, ids)
    return in_order(ids, rows, Rules.of, by="later_id")


async def find_names(database: Executor, contests: Sequence[UUID]) -> list[dict[str, str] | None]:
    """Of each contest the titles of its rounds and divisions by their keys."""
    found: dict[UUID, dict[str, str]] = {contest_id: {} for contest_id in contests}
    for row in await database.fetch(queries.find_names, contests):
        found[row["contest_id"]][row["key"]] = row["title"]
    return [found[contest_id] for contest_id in contests]


async def lock_round(connection: Connection, scope: Scope, round_id: UUID) -> asyncpg.Record | None:
    """A round where the viewer may change rules, read once its contest is locked."""
    locked = await connection.fetchval(queries.lock_round, scope.everywhere, scope.contests, round_id)
    return await connection.fetchrow(queries.find_round, locked) if locked else None


async def find_setting(connection: Connection, round_id: UUID) -> RoundSetting:
    """What rules of a round must agree with; its contest is locked."""
    (row,) = await connection.fetch(queries.find_round, round_id)
    return setting_of(row)


def setting_of(row: asyncpg.Record) -> RoundSetting:
    """From the columns of `find_round`."""
    divisions, earlier = frozenset(row["divisions"]), frozenset(row["earlier_rounds"])
    return RoundSetting(row["key"], divisions, row["exported_until"], earlier)


async def add_rules(
    connection: Connection,
    contest_id: UUID,
    round_id: UUID,
    *,
    version: int,
    document: str,
    reason: str,
    user: UUID | None,
) -> UUID:
    """The next version; the document has been checked."""
    key = new_id()
    digest = hashlib.sha256(document.encode()).hexdigest()
    await connection.execute(queries.insert_rules, key, contest_id, round_id, version, document, digest, reason, user)
    await advance_version(connection, contest_id)
    return key
