"""Marked copies in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.file_vocabulary import UploadKind
from services.shared.problems import Problem
from services.shared.vocabulary import Severity
from services.shared.words import Language

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which upload, in which language, by which formats it was read, and what is wrong with it."""

    upload_id: UUID
    contest_id: UUID
    format_version: int
    language: Language
    kind_stated: UploadKind | None
    problems: Sequence[Problem]


async def find_waiting(pool: Pool, copy_id: UUID) -> Asked | None:
    """A copy that waits to be made; None when it has been."""
    row = await pool.fetchrow(queries.find_waiting, copy_id)
    if row is None:
        return None
    problems = [
        Problem(**{**found, "severity": Severity(found["severity"])})
        for found in await pool.fetch(queries.find_problems, row["upload_id"])
    ]
    stated = row["kind_stated"] and UploadKind(row["kind_stated"])
    whose = row["upload_id"], row["contest_id"], row["format_version"]
    return Asked(*whose, Language(row["language"]), stated, problems)


async def end(connection: Connection, copy_id: UUID, content: bytes) -> None:
    """Keeps a copy."""
    await connection.execute(queries.end_copy, copy_id, content)


async def fail(connection: Connection, copy_id: UUID, _: Problem) -> None:
    """Marks a copy as failed by our own fault; it can be asked for again."""
    await connection.execute(queries.fail_copy, copy_id)


async def forget(pool: Pool) -> None:
    """Deletes what was asked for more than a day ago."""
    await pool.execute(queries.forget_copies)
