"""The figures that are looked at, and the flags that are found in them, in PostgreSQL."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, permutations
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from services.scorer.flags.detect import Sign
from services.scorer.flags.figures import Counts, OrderSums, Place, SameWork, Seen, Session, ViewersStep, WorkStep
from services.scorer.flags.reconcile import Changes, Key, Known, key_of
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.exact import ZERO
from services.shared.file_vocabulary import FlagCode, FlagState, FlagThreshold
from services.shared.flags.thresholds import Thresholds, thresholds
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))

# A flag names this many of its rows; where there are more, it says how many.
MOST_ROWS = 50
# So many people with one work are compared each with each.
MOST_COMPARED = 20


@dataclass(frozen=True, slots=True)
class Round:
    """A round's span of exports and its window."""

    id: UUID
    exported_from: datetime
    exported_until: datetime
    opens_at: datetime
    closes_at: datetime

    @property
    def extent(self) -> tuple[datetime, datetime, datetime, datetime]:
        """As the queries take it."""
        return self.exported_from, self.exported_until, self.opens_at, self.closes_at


async def take_due(connection: Connection, contest_id: UUID) -> list[UUID]:
    """Whose figures are to be looked at, each once: those that have changed, and who is flagged beside them."""
    changed = [row["contestant_id"] for row in await connection.fetch(queries.take_due, contest_id)]
    beside = await connection.fetch(queries.with_the_same_works, contest_id, changed)
    return sorted({*changed, *(row["contestant_id"] for row in beside)})


async def is_due(connection: Connection, contest_id: UUID) -> bool:
    """Whether figures have changed since."""
    return bool(await connection.fetchval(queries.is_due, contest_id))


async def archive_comes_in(connection: Connection, contest_id: UUID) -> bool:
    """Whether files of an archive are being taken in that are worth waiting for."""
    return bool(await connection.fetchval(queries.archive_comes_in, contest_id))


async def find_thresholds(connection: Connection, contest_id: UUID) -> Thresholds:
    return thresholds(await connection.fetchval(queries.find_thresholds, contest_id))


async def list_rounds(connection: Connection, contest_id: UUID) -> list[Round]:
    return [Round(*row) for row in await connection.fetch(queries.list_rounds, contest_id)]


async def look(connection: Connection, round_: Round, contestants: Sequence[UUID], limits: Thresholds) -> Seen:
    """The figures of contestants as far as a sign may be in them."""
    reach = (contestants, *round_.extent)
    jump, fall = int(limits[FlagThreshold.JUMP_PLAYS]), int(limits[FlagThreshold.FALL_COUNT])
    steps = await connection.fetch(queries.work_steps, *reach, True, jump, limits[FlagThreshold.JUMP_ENGAGEMENT])
    falls = await connection.fetch(queries.work_steps, *reach, False, fall, ZERO)
    sessions = await connection.fetch(queries.sessions, *reach, int(limits[FlagThreshold.SESSION_ORDERS]))
    viewers = await connection.fetch(queries.viewers_steps, *reach, fall)
    sums = await connection.fetch(queries.order_sums, *reach, float(limits[FlagThreshold.OUTSIDE_MINUTES]))
    plays = int(limits[FlagThreshold.SAME_ROWS_PLAYS])
    same = await connection.fetch(queries.same_works, *reach, plays, MOST_COMPARED)
    return Seen(
        work_rises=[_work_step(row) for row in steps],
        work_falls=[_work_step(row) for row in falls],
        sessions=[Session(*[*row[:4], _place(row)]) for row in sessions],
        viewers_steps=[ViewersStep(*[*row[:6], (_place(row, "_before"), _place(row))]) for row in viewers],
        order_sums=[OrderSums(*row) for row in sums],
        same_works=list(_pairs(same, set(contestants))),
    )


def _pairs(rows: Sequence[asyncpg.Record], asked: Set[UUID]) -> Iterator[SameWork]:
    """Who has the same work as whom, from either side: of many the first few with each other, all others with the first
    alone, so that one file sent for everybody is named for everybody without a pair of every two."""
    for _, group in groupby(rows, itemgetter("work")):
        people = list(group)
        for one, other in permutations(people[:MOST_COMPARED], 2):
            if one["contestant_id"] in asked or other["contestant_id"] in asked:
                yield _same(one, other)
        for other in people[MOST_COMPARED:]:
            if people[0]["contestant_id"] in asked or other["contestant_id"] in asked:
                yield _same(people[0], other)
                yield _same(other, people[0])


def _same(one: asyncpg.Record, other: asyncpg.Record) -> SameWork:
    return SameWork(one["contestant_id"], other["contestant_id"], one["minute"], (_place(one), _place(other)))


def _work_step(row: asyncpg.Record) -> WorkStep:
    before = _counts(row, "_before") if row["exported_at_before"] is not None else None
    return WorkStep(*[*row[:4], before, _counts(row)])


def _counts(row: asyncpg.Record, suffix: str = "") -> Counts:
    return Counts(*[*(row[name + suffix] for name in Counts._fields[:-1]), _place(row, suffix)])


def _place(row: asyncpg.Record, suffix: str = "") -> Place:
    return Place(*(row[name + suffix] for name in Place._fields))


async def with_rows(connection: Connection, round_: Round, sign: Sign, limits: Thresholds) -> Sign:
    """The sign with its first rows, where it was found in sums."""
    reach = (sign.contestant_id, *round_.extent)
    match sign.code:
        case FlagCode.REFUND_SHARE_HIGH:
            rows = await connection.fetch(queries.refunded_rows, *reach, MOST_ROWS)
        case FlagCode.ORDERS_OUTSIDE_LIVE:
            minutes = float(limits[FlagThreshold.OUTSIDE_MINUTES])
            rows = await connection.fetch(queries.outside_rows, *reach, minutes, MOST_ROWS)
        case _:
            return replace(sign, places=sign.places[:MOST_ROWS])
    return replace(sign, places=[Place(*row) for row in rows])


async def known_flags(
    connection: Connection, contest_id: UUID, round_: Round, contestants: Sequence[UUID]
) -> Mapping[Key, Known]:
    """What was found of them before; call it once readers have been told that something changes."""
    rows = await connection.fetch(queries.known_flags, contest_id, round_.id, contestants)
    flags = [Known(row["id"], FlagState(row["state"]), _sign(row)) for row in rows]
    return {key_of(flag.sign): flag for flag in flags}


def _sign(row: asyncpg.Record) -> Sign:
    return Sign(
        FlagCode(row["code"]),
        row["contestant_id"],
        row["about"],
        row["value"],
        row["threshold"],
        row["parameters"],
        [Place(UUID(place["upload_id"]), place["sheet"], place["line"]) for place in row["rows"]],
        row["rows_count"],
        row["other_id"],
    )


async def write(connection: Connection, contest_id: UUID, round_: Round, changes: Changes) -> list[tuple[UUID, Sign]]:
    """Writes them; answers the new flags with their ids."""
    ids = sorted(new_id() for _ in changes.opened)  # in the order given, also within a millisecond
    opened = list(zip(ids, changes.opened, strict=True))
    await connection.executemany(
        queries.insert_flag,
        [
            (flag_id, contest_id, round_.id, sign.contestant_id, sign.other_id, sign.code, sign.about, *_said(sign))
            for flag_id, sign in opened
        ],
    )
    await connection.executemany(queries.update_flag, [(flag_id, *_said(sign)) for flag_id, sign in changes.updated])
    await connection.executemany(queries.flag_gone, [(flag.id,) for flag in changes.gone])
    return opened


def _said(sign: Sign) -> tuple[Any, ...]:
    rows = [{"upload_id": str(place.upload_id), "sheet": place.sheet, "line": place.line} for place in sign.places]
    return sign.value, sign.threshold, sign.parameters, rows, sign.rows_count
