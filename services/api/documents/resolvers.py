"""Sending documents, looking at them, deleting them; every look is recorded."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.documents import store
from services.api.documents.announce import announce
from services.api.documents.inputs import CreateDocumentInput, DeleteDocumentInput, ViewDocumentInput, check_document
from services.api.documents.types import Document
from services.api.downloads.file import DownloadKind
from services.api.downloads.store import open_download
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    NotAllowed,
    NotAllowedError,
    NotFound,
    NotFoundError,
)
from services.api.idempotency.store import recall, remember
from services.api.nodes import key_of
from services.api.users.sessions import new_token, token_hash
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.storage.seal import document_key
from services.shared.vocabulary import DocumentState, Eligibility


@strawberry.type(description="Where the bytes go. (上传地址)")
class CreateDocumentPayload:
    document: Document = strawberry.field(description="The document. (材料)")
    put_url: str = strawberry.field(description="PUT the bytes here; may be relative to the API. (上传地址)")
    put_token: str | None = strawberry.field(
        description="Send it with them as `Authorization: Bearer …`, once; none when they are there. (上传令牌)"
    )


@strawberry.type(description="Where the document can be fetched. (查看地址)")
class ViewDocumentPayload:
    url: str = strawberry.field(description="GET it here, once, as the same user; relative to the API. (地址)")
    expires_at: datetime = strawberry.field(description="Until then. (有效期)")


@strawberry.type(description="The bytes are gone; that there was a document stays known. (已删除)")
class DeleteDocumentPayload:
    document: Document = strawberry.field(description="The document. (材料)")


CreateDocumentResult = Annotated[
    CreateDocumentPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("CreateDocumentResult", description="What createDocument answers. (上传材料的结果)"),
]
ViewDocumentResult = Annotated[
    ViewDocumentPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ViewDocumentResult", description="What viewDocument answers. (查看材料的结果)"),
]
DeleteDocumentResult = Annotated[
    DeleteDocumentPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DeleteDocumentResult", description="What deleteDocument answers. (删除材料的结果)"),
]


@strawberry.type
class DocumentMutation:
    @strawberry.mutation(description="Announces a document and answers where to PUT its bytes. (上传材料)")
    async def create_document(
        self,
        info: Info,
        input: Annotated[CreateDocumentInput, strawberry.argument(description="The document. (输入)")],  # noqa: A002
    ) -> CreateDocumentResult:
        context, token, operation = info.context, new_token(), "createDocument"
        check_document(input)
        async with context.pool.acquire() as connection, connection.transaction():
            document_id = await recall(connection, context, operation, input.idempotency_key)
            if document_id is None:
                document_id = await announce(context, connection, input, token_hash(token))
                await remember(connection, context, operation, input.idempotency_key, document_id)
                awaited = True
            else:
                awaited = await store.renew_token(connection, document_id, token_hash(token))
        return CreateDocumentPayload(
            document=await context.load("Document", document_id),
            put_url=f"/documents/{document_id}",
            put_token=token if awaited else None,
        )

    @strawberry.mutation(description="Answers a one-time address of a document; that is recorded. (查看材料)")
    async def view_document(
        self,
        info: Info,
        input: Annotated[ViewDocumentInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ViewDocumentResult:
        context = info.context
        if input.reason:
            check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock(context, connection, input.id, "viewDocument")
            if row["state"] != DocumentState.READY:
                raise ConflictError("DOCUMENT_NOT_READY")
            user = context.viewer.user_id
            url, expires_at = await open_download(connection, DownloadKind.DOCUMENT, row["id"], user)
            await context.record(connection, _entry(Action.VIEW_DOCUMENT, row, input.reason))
        return ViewDocumentPayload(url=url, expires_at=expires_at)

    @strawberry.mutation(description="Deletes the bytes of a document. (删除材料)")
    async def delete_document(
        self,
        info: Info,
        input: Annotated[DeleteDocumentInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> DeleteDocumentResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock(context, connection, input.id, "deleteDocument")
            if row["state"] == DocumentState.DELETED:
                raise ConflictError("DOCUMENT_NOT_READY")
            _check_deletable(context, row)
            await store.write_deletion(connection, row["id"])
            state = row["state"], DocumentState.DELETED.value
            await context.record(connection, _entry(Action.DELETE_DOCUMENT, row, input.reason, state))
            await context.resources.files.delete(document_key(row["id"]))
        return DeleteDocumentPayload(document=await context.load("Document", row["id"]))


async def _lock(context: Context, connection: Connection, text: str, mutation: str) -> Any:
    """The row of a document on which the viewer may act; NotFoundError when they may not even see it."""
    key = key_of(text, "Document")
    scope, viewer = context.rows("Document"), context.viewer.user_id
    seen = await store.find_documents(connection, scope, viewer, [key]) if key else [None]
    if key is None or seen[0] is None:
        raise NotFoundError
    await lock_contest(connection, seen[0].contest_id)
    row = await store.lock_document(connection, key)
    if row is None or not context.may(mutation).covers(row["contest_id"], row["city_id"], row["contestant_id"]):
        raise NotAllowedError
    return row


def _check_deletable(context: Context, row: Any) -> None:
    """What a decision rests on is the organiser's to delete; what a list or a notice refers to is nobody's."""
    if row["in_use"]:
        raise ConflictError("DOCUMENT_IN_USE")
    decided = row["eligibility"] in (Eligibility.APPROVED, Eligibility.REJECTED)
    if decided and not context.may("deleteDocument").covers(row["contest_id"], row["city_id"]):
        raise ConflictError("DOCUMENT_DECIDED_ON")


def _entry(action: Action, row: Any, reason: str, state: tuple[str, str] | None = None) -> Entry:
    where: dict[str, UUID | None] = {name: row[name] for name in ("contest_id", "city_id", "contestant_id")}
    changes = {"state": state} if state else {}
    return Entry(action, "Document", row["id"], **where, changes=changes, reason=reason)
