"""PUT /uploads/{id}: the bytes of an upload, streamed to where they are kept."""

import hmac
from collections.abc import AsyncIterator
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.api.bodies import in_time
from services.api.context import Resources
from services.api.errors import ConflictError, NotFoundError, RefusalError
from services.api.receiving import BytesRefusedError, UploadTooLargeError, announced
from services.api.refusals import refused
from services.api.uploads import store
from services.api.users.sessions import token_hash
from services.shared.files import FileStore, FileTooLargeError
from services.shared.identity import new_id
from services.shared.vocabulary import UploadState


async def receive_upload(request: Request) -> Response:
    """204 when the bytes are there; they may be sent again until completeUpload. Errors are `{"code", "message"}`."""
    resources: Resources = request.app.state.resources
    try:
        await _receive(resources, request)
    except RefusalError as refusal:
        return refused(refusal, request)
    except ClientDisconnect:
        return Response(status_code=499)
    return Response(status_code=204)


async def _receive(resources: Resources, request: Request) -> None:
    key, token = announced(request)
    awaited = await store.find_awaited(resources.pool, key, token_hash(token))
    if awaited is None:
        raise NotFoundError
    if awaited["state"] != UploadState.CREATED:
        raise ConflictError("UPLOAD_ALREADY_COMPLETE")
    await keep(resources.files, key, request.stream(), size=awaited["size"], sha256=awaited["sha256"])
    await store.mark_bytes(resources.pool, key)


async def keep(files: FileStore, key: UUID, chunks: AsyncIterator[bytes], *, size: int, sha256: str) -> None:
    """Keeps the bytes under `uploads/<id>` if they are the announced ones; otherwise nothing changes."""
    arriving = f"arriving/{new_id()}"
    try:
        async with in_time(size):
            written = await files.write(arriving, chunks, limit=size)
    except FileTooLargeError:
        raise UploadTooLargeError from None
    try:
        if written.size != size or not hmac.compare_digest(written.sha256, sha256):
            raise BytesRefusedError
        files.adopt(f"uploads/{key}", files.path(arriving))
    finally:
        files.delete(arriving)
