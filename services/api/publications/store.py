"""Revisions in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from services.api.access import Scope
from services.api.context import Executor
from services.api.nodes import Page
from services.api.publications.plan import Last, Planned, Situation
from services.api.rows import Row
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.publications.masking import Masking
from services.shared.publications.signature import SigningKey
from services.shared.publications.snapshot import NoticeDays, NoticeWindow, Snapshot, digest_of
from services.shared.rules.check import parse_rules
from services.shared.rules.model import Rules
from services.shared.vocabulary import PublicationStage, PublicationState

queries = load(Path(__file__).with_name("queries.sql"))

RoundAndContestant = tuple[UUID, UUID]
RunAndContestant = tuple[UUID, UUID]


class CurrentRevision(NamedTuple):
    """What is published of a round now, and of which run it is."""

    id: UUID
    run_id: UUID


@dataclass(frozen=True, slots=True)
class WantedLines:
    """Lines of a revision: of a city or division, with a number or text; none = any."""

    publication_id: UUID
    city_id: UUID | None
    division_id: UUID | None
    search: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is prepared, of which round, and by whom."""

    id: UUID
    round_id: UUID
    stage: PublicationStage
    contacts: list[dict[str, str | None]]
    reason: str
    by: UUID | None


async def lock_round(connection: Connection, scope: Scope, round_id: UUID) -> Situation | None:
    """How publication of a round stands, once its contest is locked; None where the viewer may not act."""
    if await connection.fetchval(queries.lock_round, scope.everywhere, scope.contests, round_id) is None:
        return None
    return await find_situation(connection, round_id)


async def find_situation(connection: Connection, round_id: UUID) -> Situation:
    row = await connection.fetchrow(queries.find_situation, round_id)
    assert row is not None  # noqa: S101  the round was found before
    last = None
    if row["last_id"]:
        stage = PublicationStage(row["last_stage"])
        last = Last(row["last_id"], row["last_run_id"], stage, row["last_withdrawn"])
    same = "now contest_id round_title adopted_run_id kept_back revision waiting notice_until"
    return Situation(last=last, **{name: row[name] for name in same.split()})


async def find_selection(connection: Connection, run_id: UUID) -> tuple[Rules, UUID | None]:
    """The rules of a run, and from which run people selected the finalists of its round; None when they have not."""
    row = await connection.fetchrow(queries.find_selection, run_id)
    assert row is not None  # noqa: S101  the run that is published
    return parse_rules(row["document"]), row["run_id"]


async def add_publication(connection: Connection, made: Prepared, planned: Planned, situation: Situation) -> None:
    window = planned.notice if isinstance(planned.notice, NoticeWindow) else None
    days = planned.notice.days if isinstance(planned.notice, NoticeDays) else None
    await connection.execute(
        queries.insert_publication,
        *(made.id, situation.contest_id, made.round_id, planned.run_id, planned.corrects_id, situation.revision),
        *(made.stage, planned.title, planned.publish_at, window and window.begins, window and window.ends, days),
        *(made.contacts, made.reason, made.by),
    )


async def lock_publication(connection: Connection, publication_id: UUID) -> Row | None:
    return await connection.fetchrow(queries.lock_publication, publication_id)


async def decide(
    connection: Connection, publication_id: UUID, state: PublicationState, by: UUID | None, reason: str
) -> None:
    await connection.execute(queries.decide, publication_id, state, by, reason)


async def find_snapshot(connection: Connection, publication_id: UUID) -> bytes:
    canonical: bytes = await connection.fetchval(queries.find_snapshot, publication_id)
    return canonical


async def take_effect(connection: Connection, publication_id: UUID, snapshot: Snapshot) -> bytes:
    """Gives a revision the hour of a snapshot, and answers its bytes."""
    notice = snapshot.notice if isinstance(snapshot.notice, NoticeWindow) else None
    window = (notice.begins, notice.ends) if notice else (None, None)
    canonical = snapshot.canonical()
    await connection.execute(queries.take_effect, publication_id, snapshot.publish_at, *window)
    head, _ = snapshot.parts()
    await connection.execute(queries.insert_snapshot, publication_id, digest_of(canonical), canonical, head)
    return canonical


async def add_signature(connection: Connection, publication_id: UUID, canonical: bytes, key: SigningKey) -> str:
    """Keeps the signature of what is approved, and answers its digest."""
    digest = digest_of(canonical)
    await connection.execute(queries.insert_signature, publication_id, digest, key.sign(canonical), key.id)
    return digest


async def seconds_to_hour(connection: Connection, publication_id: UUID) -> float:
    """How long it is until a revision's hour; 0 when that is there."""
    seconds: float = await connection.fetchval(queries.seconds_to_hour, publication_id)
    return seconds


async def withdraw(connection: Connection, publication_id: UUID, by: UUID | None, reason: str) -> None:
    await connection.execute(queries.withdraw, publication_id, by, reason)


async def list_publications(
    database: Executor, scope: Scope, contest_id: UUID, round_id: UUID | None, page: Page
) -> tuple[list[Row], int]:
    rows = await database.fetch(queries.list_publications, *scope[:2], contest_id, round_id, page.after, page.limit + 1)
    return [row for row in rows if row["id"]], rows[0]["total"]


async def find_publications(database: Executor, scope: Scope, ids: Sequence[UUID]) -> Sequence[Row]:
    return await database.fetch(queries.find_publications, *scope[:2], ids)


async def find_revision(database: Executor, scope: Scope, slug: str, revision: int | None) -> UUID | None:
    found: UUID | None = await database.fetchval(queries.find_revision, *scope[:2], slug, revision)
    return found


async def find_replacements(database: Executor, scope: Scope, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    rows = await database.fetch(queries.find_replacements, *scope[:2], ids)
    return {row["replaced_id"]: row["id"] for row in rows}


async def find_canonical(database: Executor, ids: Sequence[UUID]) -> dict[UUID, str]:
    return {row["id"]: row["canonical"].decode() for row in await database.fetch(queries.find_canonical, ids)}


async def find_currents(database: Executor, rounds: Sequence[UUID]) -> dict[UUID, CurrentRevision]:
    rows = await database.fetch(queries.find_currents, rounds)
    return {row["round_id"]: CurrentRevision(row["id"], row["run_id"]) for row in rows}


async def list_rows(database: Executor, wanted: WantedLines, page: Page, *, count: bool) -> tuple[list[Row], int]:
    """The number that match is 0 unless asked for."""
    rows = await database.fetch(
        queries.list_rows,
        *(wanted.publication_id, page.after, page.limit + 1, wanted.city_id, wanted.division_id, wanted.search, count),
    )
    return [row for row in rows if row["contestant_id"]], rows[0]["matching"] or 0


async def find_line(database: Executor, publication_id: UUID, number: int) -> Row | None:
    """The line of the contestant with a number."""
    return await database.fetchrow(queries.find_line, publication_id, number)


async def find_lines(database: Executor, keys: Sequence[RoundAndContestant]) -> Sequence[Row]:
    rounds, contestants = [one for one, _ in keys], [one for _, one in keys]
    return await database.fetch(queries.find_lines, rounds, contestants)


async def find_lines_of_runs(database: Executor, keys: Sequence[RunAndContestant]) -> Sequence[Row]:
    runs, contestants = [one for one, _ in keys], [one for _, one in keys]
    return await database.fetch(queries.find_lines_of_runs, runs, contestants)


async def write_masking(connection: Connection, contest_id: UUID, masking: Masking) -> Masking:
    """Answers what held until now."""
    before = await connection.fetchval(queries.write_masking, contest_id, masking.as_json())
    return Masking.of(before)
