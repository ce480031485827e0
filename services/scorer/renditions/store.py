"""Documents of revisions in PostgreSQL, as they are made."""

import hashlib
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language

queries = load(Path(__file__).with_name("queries.sql"))


class Written(NamedTuple):
    """A revision's snapshot: which one, and its bytes."""

    publication_id: UUID
    digest: str
    canonical: bytes


async def find_written(pool: Pool, publication_id: UUID) -> Written | None:
    """None where there is none (any more) to be published."""
    row = await pool.fetchrow(queries.find_written, publication_id)
    return Written(publication_id, row["digest"], row["canonical"]) if row else None


async def find_made(pool: Pool, written: Written) -> set[tuple[Language, RenditionFormat]]:
    """Which documents there are."""
    rows = await pool.fetch(queries.find_made, written.publication_id, written.digest)
    return {(Language(row["language"]), RenditionFormat(row["format"])) for row in rows}


async def insert(
    connection: Connection, written: Written, language: Language, document: RenditionFormat, content: bytes
) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    await connection.execute(queries.insert_rendition, *written[:2], language, document, sha256, content)
