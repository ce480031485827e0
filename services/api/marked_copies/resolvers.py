"""Asking for a marked copy, and fetching it."""

from datetime import datetime
from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.downloads.file import DownloadKind
from services.api.downloads.store import open_download
from services.api.errors import Conflict, ConflictError, NotAllowed, NotFound
from services.api.marked_copies import store
from services.api.nodes import key_of
from services.api.uploads.lock import entry_of, lock_own
from services.api.uploads.types import Upload
from services.shared.audit.actions import Action
from services.shared.file_vocabulary import MarkedCopyState, UploadKind, UploadState
from services.shared.jobs import JobKind, enqueue
from services.shared.words import Language

_NOT_MARKED = frozenset({UploadKind.ARCHIVE, UploadKind.ROSTER, UploadKind.GIVEN_LIST})


@strawberry.input(description="Which file is to be marked. (标注文件)")
class MarkUploadInput:
    upload_id: strawberry.ID = strawberry.field(description="The upload. (上传文件)")
    language: Language = strawberry.field(default=Language.ZH, description="Of the comments. (批注语言)")


@strawberry.type(description="The copy is being made, or can be fetched. (标注副本)")
class MarkUploadPayload:
    upload: Upload = strawberry.field(description="The upload. (上传文件)")
    url: str | None = strawberry.field(
        description="GET it here, once, signed in; none while it is being made: ask again once it is. (下载地址)"
    )
    expires_at: datetime | None = strawberry.field(description="Until when the address is good. (有效期至)")


MarkUploadResult = Annotated[
    MarkUploadPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("MarkUploadResult", description="What markUpload answers. (标注文件的结果)"),
]


@strawberry.type
class MarkedCopyMutation:
    @strawberry.mutation(
        description="A copy of a file as xlsx, its bad cells coloured and commented, without personal columns. Ask"
        " again for its address once `Upload.markedCopies` says DONE. (标注文件)"
    )
    async def mark_upload(
        self,
        info: Info,
        input: Annotated[MarkUploadInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> MarkUploadResult:
        context, user = info.context, info.context.viewer.user_id
        url, expires_at = None, None
        async with context.pool.acquire() as connection, connection.transaction():
            row = await lock_own(context, connection, context.may("markUpload"), key_of(input.upload_id, "Upload"))
            if row["kind"] in _NOT_MARKED:
                raise ConflictError("UPLOAD_NOT_MARKED")
            if not UploadState(row["state"]).ended:
                raise ConflictError("UPLOAD_NOT_READ_YET")
            copy = await store.find_copy(connection, row["id"], input.language, user)
            if copy is None or copy["state"] == MarkedCopyState.FAILED:
                copy_id = await store.ask_for_copy(connection, row["id"], input.language, user)
                await enqueue(connection, JobKind.MARK_UPLOAD, copy_id)
            elif copy["state"] == MarkedCopyState.DONE:
                url, expires_at = await open_download(connection, DownloadKind.MARKED_COPY, copy["id"], user)
            await context.record(connection, entry_of(Action.MARK_UPLOAD, row))
        await context.send_jobs()
        return MarkUploadPayload(upload=await context.load("Upload", row["id"]), url=url, expires_at=expires_at)
