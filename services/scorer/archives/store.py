"""Archives in PostgreSQL, and what they take out of it."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from services.scorer.archives.tables.store import INPUTS
from services.scorer.bundles.bundle import Writes
from services.scorer.bundles.store import write_csv
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.problems import Problem

queries = load(Path(__file__).with_name("queries.sql"))

TABLES: Mapping[str, str] = {
    **INPUTS,
    "scoring_runs": queries.scoring_runs,
    "adoptions": queries.adoptions,
    "award_decisions": queries.award_decisions,
    "comparisons": queries.comparisons,
    "flags": queries.flags,
    "verification_draws": queries.verification_draws,
    "verification_checks": queries.verification_checks,
    "links": queries.links,
    "publications": queries.publications,
    "certificates": queries.certificates,
    "appeals": queries.appeals,
    "appeal_outcomes": queries.appeal_outcomes,
    "notices": queries.notices,
}
COMPARISON_ROWS = queries.comparison_rows


async def list_rules(connection: Connection, contest_id: UUID) -> list[asyncpg.Record]:
    """Every version of the rules."""
    return await connection.fetch(queries.list_rules, contest_id)


async def list_runs(connection: Connection, contest_id: UUID) -> list[asyncpg.Record]:
    """The runs that people went by."""
    return await connection.fetch(queries.list_runs, contest_id)


async def count_files(connection: Connection, contest_id: UUID) -> int:
    """How many different files have counted at some time."""
    found: int = await connection.fetchval(queries.count_files, contest_id)
    return found


async def list_publications(connection: Connection, contest_id: UUID) -> list[asyncpg.Record]:
    """The approved revisions."""
    return await connection.fetch(queries.list_publications, contest_id)


async def find_signed(connection: Connection, publication_id: UUID) -> asyncpg.Record:
    """The canonical form of a revision, and its signature."""
    row = await connection.fetchrow(queries.find_signed, publication_id)
    assert row is not None  # noqa: S101  an approved one has it
    return row


async def read_rendition(connection: Connection, publication_id: UUID, language: str, made_as: str) -> bytes:
    """One document: not all of them are in memory at once."""
    content: bytes = await connection.fetchval(queries.read_rendition, publication_id, language, made_as)
    return content


async def write_table(connection: Connection, query: str, subject: UUID, out: Writes) -> None:
    """The rows of a table as csv for people: with a byte order mark, and no text that a program takes for a formula."""
    columns = (await connection.prepare(query)).get_attributes()
    told = ", ".join(_inert(one.name) if one.type.name == "text" else f'"{one.name}"' for one in columns)
    out.write(codecs.BOM_UTF8)
    await write_csv(connection, (f"select {told} from ({query}) as told", (subject,)), out)  # noqa: S608  ours


def _inert(column: str) -> str:
    return f"""regexp_replace("{column}", '^([=+@\\t\\r-])', '''\\1') as "{column}\""""


async def list_comparisons(connection: Connection, contest_id: UUID) -> list[asyncpg.Record]:
    """The comparisons of two runs."""
    return await connection.fetch(queries.list_comparisons, contest_id)


async def find_head(connection: Connection, contest_id: UUID) -> asyncpg.Record:
    """What an archive says of its contest."""
    row = await connection.fetchrow(queries.find_head, contest_id)
    assert row is not None  # noqa: S101  contests are never deleted
    return row


async def list_renditions(connection: Connection, publication_id: UUID) -> list[asyncpg.Record]:
    """In which languages and formats there is a document of a revision."""
    return await connection.fetch(queries.list_renditions, publication_id)


@dataclass(frozen=True, slots=True)
class Asked:
    """An archive that is being written, with what its bytes will be sealed with."""

    id: UUID
    contest_id: UUID
    with_originals: bool
    key_sealed: bytes


async def begin_archive(pool: Pool, archive_id: UUID, key_sealed: bytes) -> Asked | None:
    """None where it is not to be written any more; the key is taken unless it has one."""
    row = await pool.fetchrow(queries.begin_archive, archive_id, key_sealed)
    return Asked(**row) if row else None


async def advance(pool: Pool, archive_id: UUID, done: int, total: int) -> None:
    await pool.execute(queries.advance, archive_id, done, total)


async def end_archive(connection: Connection, archive_id: UUID, sha256: str, size: int) -> bool:
    """False where it is not wanted any more."""
    return await connection.fetchval(queries.end_archive, archive_id, sha256, size) is not None


async def fail_archive(connection: Connection, archive_id: UUID, problem: Problem) -> None:
    await connection.execute(queries.fail_archive, archive_id, problem.as_json())


async def list_due(pool: Pool) -> list[UUID]:
    """Whose bytes are to go."""
    return [row["id"] for row in await pool.fetch(queries.list_due)]


async def bytes_gone(pool: Pool, archive_id: UUID) -> None:
    await pool.execute(queries.bytes_gone, archive_id)
