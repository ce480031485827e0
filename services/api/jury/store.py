"""Juries in PostgreSQL."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.jury.types import JuryMark, JuryPanel, JurySeat, Recusal
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))

Place = tuple[UUID, UUID, UUID]  # contestant, panel, judge


async def find_round(connection: Connection, round_id: UUID) -> asyncpg.Record | None:
    """`id, contest_id, title, document`"""
    return await connection.fetchrow(queries.find_round, round_id)


async def list_panels(database: Executor, scope: Scope, round_id: UUID) -> list[JuryPanel]:
    rows = await database.fetch(queries.list_panels, scope.everywhere, scope.contests, round_id)
    return [JuryPanel.of(row) for row in rows]


async def find_panels(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[JuryPanel | None]:
    rows = await database.fetch(queries.find_panels, scope.everywhere, scope.contests, ids)
    return in_order(ids, rows, JuryPanel.of)


async def list_seats(database: Executor, panels: Sequence[UUID]) -> list[list[JurySeat]]:
    found: dict[UUID, list[JurySeat]] = defaultdict(list)
    for row in await database.fetch(queries.list_seats, panels):
        found[row["panel_id"]].append(JurySeat.of(row))
    return [found[one] for one in panels]


async def list_recusals(database: Executor, contests: Sequence[UUID]) -> list[list[Recusal]]:
    found: dict[UUID, list[Recusal]] = defaultdict(list)
    for row in await database.fetch(queries.list_recusals, contests):
        found[row["contest_id"]].append(Recusal.of(row))
    return [found[one] for one in contests]


async def list_marks(
    database: Executor, panel_id: UUID, page: Page, *, judge: UUID | None, contestant: UUID | None
) -> tuple[list[tuple[int, JuryMark]], int]:
    """Each with its place in the list."""
    rows = await database.fetch(queries.list_marks, panel_id, page.after, page.limit + 1, judge, contestant)
    return [(row["place"], JuryMark.of(row)) for row in rows if row["id"]], rows[0]["total"]


async def add_panel(connection: Connection, contest_id: UUID, round_id: UUID, key: str) -> asyncpg.Record:
    """`id, closed_at, closes_at` of the panel, made if there was none."""
    row = await connection.fetchrow(queries.add_panel, new_id(), contest_id, round_id, key)
    assert row is not None  # noqa: S101  an upsert answers a row
    return row


async def are_judges(connection: Connection, contest_id: UUID, users: Sequence[UUID]) -> bool:
    return len(await connection.fetch(queries.find_judges, contest_id, users)) == len(set(users))


async def are_cities(connection: Connection, contest_id: UUID, cities: Sequence[UUID]) -> bool:
    count: int = await connection.fetchval(queries.count_cities, contest_id, cities)
    return count == len(set(cities))


async def seat(
    connection: Connection, panel_id: UUID, judges: Mapping[UUID, UUID | None], user: UUID | None
) -> list[UUID]:
    """Seats these judges, each with the city they come from, and no others; answers who sits there now.

    What they have given there to their own is over.
    """
    await connection.execute(queries.delete_seats, panel_id, list(judges))
    await connection.executemany(queries.add_seat, [(panel_id, judge, city, user) for judge, city in judges.items()])
    await connection.execute(queries.end_marks_of_own, panel_id, user)
    return [row["judge_id"] for row in await connection.fetch(queries.list_seats, [panel_id])]


async def is_seated(connection: Connection, contest_id: UUID, judge: UUID) -> bool:
    return bool(await connection.fetchval(queries.is_seated, contest_id, judge))


async def add_recusal(
    connection: Connection,
    contest_id: UUID,
    judge: UUID,
    whom: tuple[UUID | None, UUID | None],
    *,
    reason: str,
    user: UUID | None,
) -> bool:
    """`whom`: city or contestant. The judge's marks there in open panels are over; False: they had stepped aside."""
    added = await connection.fetchval(queries.add_recusal, new_id(), contest_id, judge, *whom, reason, user)
    await connection.execute(queries.end_recused_marks, contest_id, judge, *whom, user)
    return added is not None


async def find_place(connection: Connection, panel_id: UUID, contestant_id: UUID, judge: UUID) -> asyncpg.Record | None:
    """`number, eligibility, withdrawn_at, seated, recused`; None when the contestant is of another contest."""
    return await connection.fetchrow(queries.find_place, panel_id, contestant_id, judge)


async def end_mark(
    connection: Connection, place: Place, *, waiting: bool, user: UUID | None, sequence: int | None
) -> None:
    await connection.execute(queries.end_mark, *place, waiting, user, sequence)


async def add_mark(
    connection: Connection,
    place: Place,
    contest_id: UUID,
    criteria: Mapping[str, str],
    points: Decimal | None,
    *,
    reason: str,
    user: UUID | None,
    own: bool,
) -> UUID:
    """`own`: it holds at once; else it waits for a second person."""
    mark_id = new_id()
    await connection.execute(queries.insert_mark, *place, mark_id, contest_id, criteria, points, reason, user, own)
    return mark_id


async def find_waiting_mark(connection: Connection, place: Place) -> asyncpg.Record | None:
    """`id, given_by, points, reason, number, city_id`"""
    return await connection.fetchrow(queries.find_waiting_mark, *place)


async def confirm_mark(
    connection: Connection, place: Place, mark_id: UUID, user: UUID | None, sequence: int | None
) -> None:
    await connection.execute(queries.confirm_mark, *place, mark_id, user, sequence)


async def count_waiting_marks(connection: Connection, panel_id: UUID) -> int:
    count: int = await connection.fetchval(queries.count_waiting_marks, panel_id)
    return count


async def is_open(connection: Connection, panel_id: UUID) -> bool:
    """Whether marking goes on; the contest is locked."""
    return bool(await connection.fetchval(queries.is_open, panel_id))


async def takes_marks(connection: Connection, panel_id: UUID) -> bool:
    """Whether judges may give marks; the contest is locked."""
    return bool(await connection.fetchval(queries.takes_marks, panel_id))


async def set_closing(connection: Connection, panel_id: UUID, at: datetime | None) -> bool:
    """False: the hour is over."""
    return await connection.fetchval(queries.set_closing, panel_id, at) is not None


async def close_panel(connection: Connection, panel_id: UUID, sequence: int, user: UUID | None) -> None:
    """From the sequence number on its marks count, but for those that judges have given to their own."""
    await connection.execute(queries.end_marks_of_own, panel_id, user)
    await connection.execute(queries.close_panel, panel_id, user)
    await connection.execute(queries.put_marks_in_force, panel_id, sequence)
