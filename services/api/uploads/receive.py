"""PUT /uploads/{id}: the bytes of an upload, sealed while they come; wrong ones change nothing."""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.api.bodies import in_time
from services.api.context import Resources
from services.api.errors import ConflictError, NotFoundError, RefusalError
from services.api.receiving import BytesRefusedError, UploadTooLargeError, announced
from services.api.refusals import refused
from services.api.uploads import store
from services.api.users.sessions import token_hash
from services.shared.file_vocabulary import UploadState
from services.shared.storage.originals import Original, OtherBytesError, seal_original
from services.shared.storage.store import give_key


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
    original = Original(awaited["id"], None, awaited["size"], awaited["sha256"])
    sealing_key = await give_key(resources.pool, resources.vault, key)
    try:
        async with in_time(original.size):
            await seal_original(resources.files, original, sealing_key, request.stream())
    except OtherBytesError as error:
        raise (UploadTooLargeError if error.more else BytesRefusedError) from None
    await store.mark_bytes(resources.pool, key)
