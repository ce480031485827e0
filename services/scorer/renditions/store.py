"""Documents of revisions in PostgreSQL, as they are made."""

import hashlib
from pathlib import Path
from uuid import UUID

from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language

queries = load(Path(__file__).with_name("queries.sql"))


async def find_canonical(pool: Pool, publication_id: UUID) -> bytes | None:
    """The snapshot of a revision; None where there is none (any more) to be published."""
    canonical: bytes | None = await pool.fetchval(queries.find_canonical, publication_id)
    return canonical


async def find_made(pool: Pool, publication_id: UUID) -> set[tuple[Language, RenditionFormat]]:
    """Which documents there are."""
    rows = await pool.fetch(queries.find_made, publication_id)
    return {(Language(row["language"]), RenditionFormat(row["format"])) for row in rows}


async def insert(
    connection: Connection, publication_id: UUID, language: Language, document: RenditionFormat, content: bytes
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    await connection.execute(queries.insert_rendition, publication_id, language, document, digest, content)
