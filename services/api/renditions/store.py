"""Documents of published revisions in PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from services.shared.database.pool import Pool
from services.shared.database.sql import load
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language

queries = load(Path(__file__).with_name("queries.sql"))

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Rendition:
    """A document of a revision, without its bytes."""

    publication_id: UUID
    language: Language
    format: RenditionFormat
    sha256: str
    size: int
    title: str
    revision: int


async def find_rendition(
    pool: Pool, contest: str, revision: int, language: Language, document: RenditionFormat
) -> Rendition | None:
    """None before the revision's hour, as for one that does not exist."""
    row = await pool.fetchrow(queries.find_rendition, contest, revision, language, document)
    if row is None:
        return None
    return Rendition(**{**row, "language": Language(row["language"]), "format": RenditionFormat(row["format"])})


async def read(pool: Pool, found: Rendition) -> AsyncIterator[bytes]:
    """Its bytes, piece by piece: one document may be larger than what many readers may take of memory."""
    key = found.publication_id, found.language, found.format
    for start in range(1, found.size + 1, _PIECE_BYTES):
        yield await pool.fetchval(queries.read_piece, *key, start, _PIECE_BYTES)


async def find_canonical(pool: Pool, contest: str, revision: int) -> asyncpg.Record | None:
    """`canonical` and `digest` of a revision's snapshot; None before its hour."""
    return await pool.fetchrow(queries.find_canonical, contest, revision)
