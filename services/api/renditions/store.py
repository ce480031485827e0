"""Documents of revisions in PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.renditions.types import PublicationDocument
from services.shared.database.pool import Pool
from services.shared.database.sql import load
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language

queries = load(Path(__file__).with_name("queries.sql"))

_PIECE_BYTES = 1 << 20


class Revision(NamedTuple):
    """A revision as addresses name it."""

    contest: str  # slug
    number: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """A document of a revision, without its bytes."""

    publication_id: UUID
    digest: str  # of the snapshot that it was made from
    language: Language
    format: RenditionFormat
    sha256: str
    size: int
    title: str
    revision: int
    public: bool


async def find_rendition(
    pool: Pool, scope: Scope, revision: Revision, document: tuple[Language, RenditionFormat]
) -> Rendition | None:
    """None before the revision's hour, but for whoever may see it; as for one that does not exist."""
    row = await pool.fetchrow(queries.find_rendition, *scope[:2], *revision, *document)
    if row is None:
        return None
    return Rendition(**{**row, "language": Language(row["language"]), "format": RenditionFormat(row["format"])})


async def read(pool: Pool, found: Rendition) -> AsyncIterator[bytes]:
    """Its bytes, piece by piece: one document may be larger than what many readers may take of memory."""
    key = found.publication_id, found.digest, found.language, found.format
    for start in range(1, found.size + 1, _PIECE_BYTES):
        yield await pool.fetchval(queries.read_piece, *key, start, _PIECE_BYTES)


async def find_canonical(pool: Pool, scope: Scope, revision: Revision) -> asyncpg.Record | None:
    """`canonical`, `digest` and `public` of a revision's snapshot; None as for its documents."""
    return await pool.fetchrow(queries.find_canonical, *scope[:2], *revision)


async def list_renditions(database: Executor, ids: Sequence[UUID]) -> list[list[PublicationDocument]]:
    """Of each revision its documents."""
    found: dict[UUID, list[PublicationDocument]] = {each: [] for each in ids}
    for row in await database.fetch(queries.list_renditions, ids):
        found[row["publication_id"]].append(PublicationDocument.of(row))
    return [found[each] for each in ids]
