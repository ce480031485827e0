"""Revisions in PostgreSQL, as the scorer puts them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from services.scorer.publications.compose import Row, searched
from services.shared.awards.settle import Settled
from services.shared.awards.store import find_awards
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.jobs import JobKind, enqueue
from services.shared.messages.store import Message, tell, tell_cities, tell_organisers
from services.shared.problems import Parameters, Problem
from services.shared.publications.masking import Masking
from services.shared.publications.snapshot import Snapshot, digest_of

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Preparing:
    """A revision with what it is to publish: standings and teams by position, awards in the rules' order."""

    revision: Row
    lines: Sequence[Row]
    teams: Sequence[Row]
    awards: Sequence[Settled]


async def find_preparing(pool: Pool, publication_id: UUID) -> Preparing | None:
    """None when it has ended."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        revision = await connection.fetchrow(queries.find_preparing, publication_id)
        if revision is None:
            return None
        run_id = revision["run_id"]
        lines = await connection.fetch(queries.list_lines, run_id)
        teams = await connection.fetch(queries.list_teams, run_id)
        return Preparing(revision, lines, teams, await find_awards(connection, run_id))


async def end_preparing(connection: Connection, preparing: Preparing, snapshot: Snapshot) -> None:
    """Keeps the snapshot and its lines; from now on the revision waits for approval, with which it is signed."""
    revision = preparing.revision
    await advance_version(connection, revision["contest_id"])
    if await connection.fetchval(queries.end_preparing, revision["id"]) is None:
        return
    canonical = snapshot.canonical()
    head, lines = snapshot.parts()
    await connection.execute(queries.insert_snapshot, revision["id"], digest_of(canonical), canonical, head)
    divisions = Masking.of(revision["masking"]).divisions
    rows = [
        (
            row["contestant_id"],
            revision["id"],
            standing.position,
            row["city_id"],
            row["division_id"] if divisions else None,
            standing.number,
            searched(standing),
            line,
        )
        for row, standing, line in zip(preparing.lines, snapshot.standings, lines, strict=True)
    ]
    await connection.executemany(queries.insert_row, rows)
    await connection.execute(queries.insert_cities, revision["id"], revision["contest_id"], snapshot.cities)
    await enqueue(connection, JobKind.RENDER_PUBLICATION, revision["id"])
    event = f"publication prepared {revision['id']}"
    said: Parameters = {"revision": snapshot.revision, "title": snapshot.title}
    await tell_organisers(connection, "PUBLICATION_PREPARED", revision["contest_id"], event, said)


async def fail_preparing(connection: Connection, publication_id: UUID, _: Problem) -> None:
    """Ends a revision that failed by our own fault; another one can be prepared."""
    await connection.execute(queries.fail_preparing, publication_id)


@dataclass(frozen=True, slots=True)
class Approved:
    """A revision that is public, or will be in so many seconds."""

    id: UUID
    contest_id: UUID
    round_id: UUID
    revision: int
    title: str
    withdrawn: bool
    seconds: float


async def find_approved(connection: Connection, publication_id: UUID) -> Approved | None:
    """None when it was taken back before its hour."""
    row = await connection.fetchrow(queries.find_approved, publication_id)
    return Approved(**row) if row else None


async def announce(connection: Connection, approved: Approved) -> None:
    """Tells cities and contestants that a revision is published, or no longer holds."""
    contest_id = approved.contest_id
    said: Parameters = {"revision": approved.revision, "title": approved.title}
    await advance_version(connection, contest_id)
    if approved.withdrawn:
        event = f"publication withdrawn {approved.id}"
        await tell_cities(connection, contest_id, "PUBLICATION_TAKEN_BACK", event, said)
        return
    event = f"publication {approved.id}"
    await tell_cities(connection, contest_id, "PUBLICATION_PUBLISHED", event, said)
    people = await connection.fetch(queries.list_contestants, approved.id)
    told = (
        Message("PUBLICATION_PUBLISHED_YOURS", contest_id, event, said, contestant_id=row["contestant_id"])
        for row in people
    )
    await tell(connection, *told)


async def list_written(connection: Connection, run_id: UUID) -> list[asyncpg.Record]:
    """The revisions of a run with what was signed of each."""
    return await connection.fetch(queries.list_written, run_id)


async def list_rows(connection: Connection, publication_id: UUID) -> list[asyncpg.Record]:
    """The lines of a revision as they are shown."""
    return await connection.fetch(queries.list_rows, publication_id)
