"""Documents in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.documents.types import Document, Evidence
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.vocabulary import DocumentPurpose, DocumentState, EvidenceKind

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is announced of a document."""

    id: UUID
    contest_id: UUID
    city_id: UUID | None
    contestant_id: UUID | None
    purpose: DocumentPurpose
    evidence_key: str | None
    title: str
    size: int
    sha256: str
    appeal_id: UUID | None = None


async def find_documents(
    database: Executor, scope: Scope, viewer: UUID | None, ids: Sequence[UUID]
) -> list[Document | None]:
    return in_order(ids, await database.fetch(queries.find_documents, *scope, ids, viewer), Document.of)


async def lock_document(connection: Connection, document_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.lock_document, document_id)


async def document_to_read(database: Executor, document_id: UUID) -> asyncpg.Record | None:
    return await database.fetchrow(queries.document_to_read, document_id)


async def place_of_contestant(connection: Connection, scope: Scope, contestant_id: UUID) -> asyncpg.Record | None:
    return await connection.fetchrow(queries.place_of_contestant, *scope, contestant_id)


async def contest_of_city(connection: Connection, city_id: UUID) -> UUID | None:
    found: UUID | None = await connection.fetchval(queries.contest_of_city, city_id)
    return found


async def contest_exists(connection: Connection, contest_id: UUID) -> bool:
    found: bool = await connection.fetchval(queries.contest_exists, contest_id)
    return found


async def count_documents(
    connection: Connection, contest_id: UUID, purpose: DocumentPurpose, city_id: UUID | None = None
) -> int:
    """Of a city, or of the contest itself."""
    count: int = await connection.fetchval(queries.count_documents, contest_id, purpose, city_id)
    return count


async def add_document(connection: Connection, new: NewDocument, token_hash: bytes, user: UUID | None) -> None:
    await connection.execute(
        queries.insert_document,
        *(new.id, new.contest_id, new.city_id, new.contestant_id, new.purpose, new.evidence_key, new.title),
        *(new.size, new.sha256, token_hash, user, new.appeal_id),
    )


async def renew_token(connection: Connection, document_id: UUID, token_hash: bytes) -> bool:
    """False when the document no longer waits for its bytes."""
    return await connection.fetchval(queries.renew_document_token, document_id, token_hash) is not None


async def find_awaited(database: Executor, document_id: UUID, token_hash: bytes) -> asyncpg.Record | None:
    return await database.fetchrow(queries.awaited_document, document_id, token_hash)


async def take_bytes(
    connection: Connection, document_id: UUID, token_hash: bytes, key_sealed: bytes, media_type: str
) -> bool:
    """False when somebody else was faster with the same token."""
    given = document_id, token_hash, key_sealed, media_type
    return await connection.fetchval(queries.take_bytes, *given) is not None


async def write_deletion(connection: Connection, document_id: UUID) -> None:
    await connection.execute(queries.delete_document, document_id)


async def find_evidence(database: Executor, contestants: Sequence[UUID]) -> list[list[Evidence]]:
    """What each contestant is asked for and has given, in the division's order."""
    sent: defaultdict[tuple[UUID, str | None], list[Document]] = defaultdict(list)
    for row in await database.fetch(queries.documents_of_contestants, contestants):
        if row["purpose"] == DocumentPurpose.EVIDENCE:
            sent[row["contestant_id"], row["evidence_key"]].append(Document.of(row))
    found: defaultdict[UUID, list[Evidence]] = defaultdict(list)
    for row in await database.fetch(queries.evidence_of_contestants, contestants):
        documents, kind = sent[row["contestant_id"], row["key"]], EvidenceKind(row["kind"])
        ready = any(document.state is DocumentState.READY for document in documents)
        found[row["contestant_id"]].append(
            Evidence(
                key=row["key"],
                title=row["title"],
                kind=kind,
                required=row["required"],
                given=row["listed"] if kind is EvidenceKind.GIVEN_LIST else ready,
                documents=documents,
            )
        )
    return [found[key] for key in contestants]
