"""Documents in PostgreSQL, as the scorer sees them: checked, refused, deleted when they are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Actor, Entry, record
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.messages.store import Message, tell
from services.shared.problems import Problem
from services.shared.vocabulary import DocumentPurpose

queries = load(Path(__file__).with_name("queries.sql"))

SCORER = Actor(None, "scorer")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that waits for its check."""

    id: UUID
    contest_id: UUID
    city_id: UUID | None
    contestant_id: UUID | None
    purpose: DocumentPurpose
    title: str
    key_sealed: bytes
    created_by: UUID | None
    own: bool  # sent by the contestant


async def find_document(database: Connection | Pool, document_id: UUID) -> Document | None:
    """None when it has been checked or deleted already."""
    row = await database.fetchrow(queries.document_to_check, document_id)
    return Document(**{**row, "purpose": DocumentPurpose(row["purpose"])}) if row else None


async def write_ready(connection: Connection, document: Document, media_type: str) -> None:
    await connection.execute(queries.document_ready, document.id, media_type)


async def refuse(connection: Connection, document: Document, problem: Problem) -> bool:
    """Refuses a document and tells whoever sent it; False when it was deleted meanwhile."""
    if await connection.fetchval(queries.refuse_document, document.id, problem.as_json()) is None:
        return False
    await tell(connection, *_messages(document))
    return True


async def fail_document(connection: Connection, document_id: UUID, problem: Problem) -> None:
    """Refuses a document that could not be checked by our own fault."""
    document = await find_document(connection, document_id)
    if document is not None:
        await refuse(connection, document, problem)


def _messages(document: Document) -> list[Message]:
    """To the contestant whose it is and whoever sent it for them, or to the city's staff, or to whoever sent it."""
    code, event, said = "DOCUMENT_WAS_REFUSED", f"document refused {document.id}", {"title": document.title}
    common = partial(Message, code, document.contest_id, event, dict[str, str | int](said))
    if document.contestant_id is not None:
        sender = [] if document.own or document.created_by is None else [common(user_id=document.created_by)]
        return [common(contestant_id=document.contestant_id), *sender]
    if document.city_id is not None:
        return [common(city_id=document.city_id)]
    return [common(user_id=document.created_by)] if document.created_by is not None else []


async def delete_due(connection: Connection, most: int) -> Sequence[UUID]:
    """Deletes the keys of papers that are due and records it; answers whose bytes are to go, at most so many."""
    rows = await connection.fetch(queries.due_documents, most)
    ids = [row["id"] for row in rows]
    if not ids:
        return ids
    await connection.execute(queries.delete_documents, ids)
    entries = [
        Entry(
            Action.DELETE_DUE_DOCUMENT,
            "Document",
            row["id"],
            contest_id=row["contest_id"],
            city_id=row["city_id"],
            contestant_id=row["contestant_id"],
            changes={"state": (row["state"], "DELETED")},
        )
        for row in rows
    ]
    await record(connection, SCORER, *entries)
    return ids


async def forget_filers(connection: Connection) -> None:
    """Takes out who filed appeals when the contest's date has come; what was decided stays."""
    gone = await connection.fetch(queries.forget_filers)
    changes = {"filer": (HIDDEN, None)}
    await record(
        connection,
        SCORER,
        *(Entry(Action.FORGET_FILER, "Appeal", row["id"], row["contest_id"], changes=changes) for row in gone),
    )


async def forget_downloads(connection: Connection) -> None:
    await connection.execute(queries.forget_downloads)
