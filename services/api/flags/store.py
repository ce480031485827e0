"""Flags in PostgreSQL, for those who may see them: they reach over whole contests."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from uuid import UUID

from services.api.access import Scope
from services.api.context import Executor
from services.api.flags.types import Flag
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.file_vocabulary import FlagCode, FlagState

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which flags of a contest; None means any."""

    contest_id: UUID
    round_id: UUID | None = None
    city_id: UUID | None = None
    contestant_id: UUID | None = None
    code: FlagCode | None = None
    state: FlagState | None = None


async def list_flags(database: Executor, scope: Scope, wanted: Wanted, page: Page) -> tuple[list[Flag], int]:
    reach = scope.everywhere, scope.contests
    rows = await database.fetch(queries.list_flags, *reach, *astuple(wanted), page.after, page.limit + 1)
    return [Flag.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_flags(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Flag | None]:
    return in_order(ids, await database.fetch(queries.find_flags, scope.everywhere, scope.contests, ids), Flag.of)


async def count_open(database: Executor, contestants: Sequence[UUID]) -> list[int]:
    """How many flags of each are open."""
    rows = {row["contestant_id"]: row["open"] for row in await database.fetch(queries.count_open, contestants)}
    return [rows.get(one, 0) for one in contestants]


async def add_flag(
    connection: Connection,
    flag_id: UUID,
    contest_id: UUID,
    round_id: UUID | None,
    contestant_id: UUID,
    *,
    reason: str,
    user: UUID | None,
) -> None:
    await connection.execute(queries.insert_flag, flag_id, contest_id, round_id, contestant_id, user, reason)


async def is_round_of(connection: Connection, contest_id: UUID, round_id: UUID) -> bool:
    return bool(await connection.fetchval(queries.is_round_of, contest_id, round_id))


async def find_state(connection: Connection, flag_id: UUID) -> FlagState:
    """Of a flag that there is."""
    return FlagState(await connection.fetchval(queries.find_state, flag_id))


async def conclude(connection: Connection, flag_id: UUID, state: FlagState, text: str, user: UUID | None) -> None:
    await connection.execute(queries.conclude, flag_id, state, text, user)


async def find_thresholds(database: Executor, scope: Scope, contest_id: UUID) -> Mapping[str, str] | None:
    """Those that the contest has set itself; None where the viewer may not see them."""
    found: Mapping[str, str] | None = await database.fetchval(
        queries.find_thresholds, scope.everywhere, scope.contests, contest_id
    )
    return found


async def set_thresholds(connection: Connection, contest_id: UUID, own: Mapping[str, str]) -> None:
    await connection.execute(queries.set_thresholds, contest_id, own)
