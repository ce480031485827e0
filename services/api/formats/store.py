"""Formats of contests in PostgreSQL."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from asyncpg import Record

from services.api.access import Scope
from services.api.contests.store import by_contest
from services.api.context import Executor
from services.api.formats.types import Format, HeadingMapping, WaitingHeading
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.formats.catalogue import catalogue
from services.shared.formats.own import Alias, Own, OwnFormat
from services.shared.formats.section import normalise
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))

MOST_HEADINGS = 500  # in one answer


class Change(NamedTuple):
    """A change of what a contest has added: the version it makes, by whom and why."""

    contest_id: UUID
    version: int
    user: UUID | None
    reason: str


class NewFormat(NamedTuple):
    """A format as an organiser has written it; the document has been checked."""

    key: str
    title: str
    document: str
    sample_id: UUID | None


class _InForce(NamedTuple):
    """What one contest has added, as it is now; formats by their keys."""

    contest_id: UUID
    mappings: Sequence[Record]
    formats: Mapping[str, Record]

    @property
    def own(self) -> Own:
        return Own(
            [Alias(row["kind"], row["heading"], row["field"]) for row in self.mappings],
            {key: OwnFormat(row["title"], tomllib.loads(row["document"])) for key, row in self.formats.items()},
        )

    @property
    def listed(self) -> list[Format]:
        return [
            Format.of(
                self.contest_id,
                each,
                [HeadingMapping.of(row) for row in self.mappings if row["kind"] == each.name],
                self.formats.get(each.name),
            )
            for each in catalogue(self.own.text).taken
        ]


async def _in_force(database: Executor, contests: Sequence[UUID]) -> list[_InForce]:
    mappings = by_contest(contests, await database.fetch(queries.find_mappings, contests), lambda row: row)
    formats = by_contest(contests, await database.fetch(queries.find_own_formats, contests), lambda row: row)
    each = zip(contests, mappings, formats, strict=True)
    return [_InForce(contest, said, {row["key"]: row for row in added}) for contest, said, added in each]


async def find_own_of(database: Executor, contests: Sequence[UUID]) -> list[Own]:
    """What contests have added."""
    return [each.own for each in await _in_force(database, contests)]


async def find_formats_of(database: Executor, contests: Sequence[UUID]) -> list[list[Format]]:
    """What contests take."""
    return [each.listed for each in await _in_force(database, contests)]


async def find_waiting_headings(database: Executor, scope: Scope, contest_id: UUID) -> list[WaitingHeading]:
    rows = await database.fetch(
        queries.find_waiting_headings, scope.everywhere, scope.contests, contest_id, MOST_HEADINGS
    )
    return list(map(WaitingHeading.of, rows))


async def begin_change(connection: Connection, contest_id: UUID, user: UUID | None, reason: str) -> Change:
    """Locks the contest; until the transaction ends nobody else changes its formats."""
    version: int = await connection.fetchval(queries.next_version, contest_id)
    return Change(contest_id, version, user, reason)


async def add_mapping(connection: Connection, change: Change, alias: Alias) -> UUID:
    """From this change on a heading means a field, whatever it meant before."""
    await close_mapping(connection, change, alias.kind, alias.heading)
    key, contest_id, version, user, reason = new_id(), *change
    named = alias.kind, alias.heading, normalise(alias.heading), alias.to
    await connection.execute(queries.insert_mapping, key, contest_id, *named, version, reason, user)
    return key


async def close_mapping(connection: Connection, change: Change, kind: str, heading: str) -> str | None:
    """The field that a heading means no longer; None when it meant nothing."""
    contest_id, *by = change
    row = await connection.fetchrow(queries.close_mapping, contest_id, kind, normalise(heading), *by)
    return row["field"] if row else None


async def add_format(connection: Connection, change: Change, new: NewFormat) -> tuple[UUID, bool]:
    """A format, in place of the one with this key; answers its id and whether there was one."""
    replaced = await close_format(connection, change, new.key)
    format_id, contest_id, version, user, reason = new_id(), *change
    await connection.execute(queries.insert_format, format_id, contest_id, *new, version, reason, user)
    return format_id, replaced


async def close_format(connection: Connection, change: Change, key: str) -> bool:
    """Takes a format away; False when there is none."""
    contest_id, *by = change
    return await connection.fetchval(queries.close_format, contest_id, key, *by) is not None


async def find_added(connection: Connection, added: UUID) -> tuple[UUID, str]:
    """The contest and key of the format that an earlier request added or mapped a heading in."""
    row = await connection.fetchrow(queries.find_format_key, added)
    row = row or await connection.fetchrow(queries.find_mapped, added)
    assert row is not None  # noqa: S101  nothing is ever deleted from these tables
    return row["contest_id"], row["key"]


async def queue_again(connection: Connection, contest_id: UUID, upload_id: UUID) -> bool:
    """Has one file read again; False where there is nothing to read again."""
    return await connection.fetchval(queries.queue_again, upload_id, contest_id) is not None
