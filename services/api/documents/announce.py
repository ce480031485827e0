"""Announcing a document: for whom it may be, by whom, and what it is called."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from services.api.access import Scope
from services.api.context import Context
from services.api.documents import store
from services.api.documents.inputs import CreateDocumentInput
from services.api.documents.store import NewDocument
from services.api.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from services.api.nodes import key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.vocabulary import DocumentPurpose, Eligibility, EvidenceKind

MOST_DOCUMENTS = 30  # of one contestant
MOST_OF_CITY = 50  # signed lists
MOST_OF_CONTEST = 200  # papers for notices, and as many for penalties

_Made = tuple[UUID, UUID | None, UUID | None, str]  # contest, city, contestant, title
_Place = Callable[[Context, Connection, CreateDocumentInput, Scope], Awaitable[_Made]]


async def announce(context: Context, connection: Connection, asked: CreateDocumentInput, token_hash: bytes) -> UUID:
    """The id of a document that waits for its bytes.

    Raises NotFoundError, NotAllowedError, InvalidInputError, ConflictError.
    """
    scope = context.may("createDocument")
    contest_id, city_id, contestant_id, title = await _PLACES[asked.purpose](context, connection, asked, scope)
    new = NewDocument(
        id=new_id(),
        contest_id=contest_id,
        city_id=city_id if contestant_id is None else None,  # else it goes with the contestant
        contestant_id=contestant_id,
        purpose=asked.purpose,
        evidence_key=asked.evidence_key,
        title=title,
        size=asked.size,
        sha256=asked.sha256,
    )
    await store.add_document(connection, new, token_hash, context.viewer.user_id)
    entry = Entry(
        Action.CREATE_DOCUMENT,
        "Document",
        new.id,
        contest_id=contest_id,
        city_id=city_id,
        contestant_id=contestant_id,
        changes={"purpose": (None, asked.purpose), "title": (None, title)},
    )
    await context.record(connection, entry)
    return new.id


async def _of_contestant(context: Context, connection: Connection, asked: CreateDocumentInput, scope: Scope) -> _Made:
    key, visible = key_of(asked.contestant_id, "Contestant"), context.rows("Document")
    found = await store.place_of_contestant(connection, visible, key) if key else None
    if key is None or found is None:
        raise NotFoundError
    await lock_contest(connection, found["contest_id"])
    found = await store.place_of_contestant(connection, visible, key)
    if found is None:
        raise NotFoundError
    place = found["contest_id"], found["city_id"], found["contestant_id"]
    if not scope.covers(*place):
        raise NotAllowedError
    if found["gone"]:
        raise ConflictError("DOCUMENT_OF_NOBODY")
    if found["documents"] >= MOST_DOCUMENTS:
        raise ConflictError("DOCUMENTS_TOO_MANY", most=MOST_DOCUMENTS)
    if asked.purpose is DocumentPurpose.ALIAS:
        return (*place, "账号改名证明")
    decided = found["eligibility"] in (Eligibility.APPROVED, Eligibility.REJECTED)
    if decided and not scope.covers(found["contest_id"], found["city_id"]):
        raise ConflictError("DOCUMENT_DECIDED_ON")
    for piece in found["evidence"]:
        if piece["key"] == asked.evidence_key and piece["kind"] == EvidenceKind.DOCUMENT:
            return (*place, piece["title"])
    known = ", ".join(piece["key"] for piece in found["evidence"] if piece["kind"] == EvidenceKind.DOCUMENT)
    raise InvalidInputError("EVIDENCE_KEY_UNKNOWN", field="evidenceKey", known=known or "-")


async def _of_city(context: Context, connection: Connection, asked: CreateDocumentInput, scope: Scope) -> _Made:
    city_id = key_of(asked.city_id, "City")
    contest_id = await store.contest_of_city(connection, city_id) if city_id else None
    if contest_id is None or city_id is None:
        raise NotFoundError
    if not scope.covers(contest_id, city_id):  # that there is such a city everybody knows
        raise NotAllowedError
    await lock_contest(connection, contest_id)
    if await store.count_documents(connection, contest_id, asked.purpose, city_id) >= MOST_OF_CITY:
        raise ConflictError("PAPERS_TOO_MANY", most=MOST_OF_CITY)
    return contest_id, city_id, None, "盖章推荐名单"


async def _of_contest(context: Context, connection: Connection, asked: CreateDocumentInput, scope: Scope) -> _Made:
    contest_id = key_of(asked.contest_id, "Contest")
    if contest_id is None or not await store.contest_exists(connection, contest_id):
        raise NotFoundError
    if not scope.covers(contest_id):
        raise NotAllowedError
    await lock_contest(connection, contest_id)
    if await store.count_documents(connection, contest_id, asked.purpose) >= MOST_OF_CONTEST:
        raise ConflictError("PAPERS_TOO_MANY", most=MOST_OF_CONTEST)
    return contest_id, None, None, asked.title or ""


async def _of_appeal(context: Context, connection: Connection, asked: CreateDocumentInput, scope: Scope) -> _Made:
    raise InvalidInputError("DOCUMENT_WITH_ITS_APPEAL", field="purpose")


_PLACES: Mapping[DocumentPurpose, _Place] = {
    DocumentPurpose.EVIDENCE: _of_contestant,
    DocumentPurpose.ALIAS: _of_contestant,
    DocumentPurpose.SIGNED_LIST: _of_city,
    DocumentPurpose.NOTICE: _of_contest,
    DocumentPurpose.PENALTY: _of_contest,
    DocumentPurpose.APPEAL: _of_appeal,
}
