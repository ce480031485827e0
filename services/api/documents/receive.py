"""PUT /documents/{id}: the bytes of a document, checked and sealed while they come."""

import hashlib
import hmac
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.api.bodies import in_time
from services.api.context import Resources
from services.api.documents import store
from services.api.errors import ConflictError, NotFoundError, RefusalError
from services.api.receiving import BytesRefusedError, UploadTooLargeError, announced
from services.api.refusals import refused
from services.api.users.sessions import token_hash
from services.shared.documents.media import FIRST_BYTES, kind_of
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue, send_waiting
from services.shared.storage.seal import Sealing, document_key, new_key
from services.shared.vocabulary import DocumentState


class Arriving:
    """The sealed bytes of a document that is coming in; afterwards `kind` is what its first bytes promise."""

    def __init__(self, chunks: AsyncIterator[bytes], sealing: Sealing, *, size: int, sha256: str) -> None:
        self.kind = ""
        self._chunks, self._sealing = chunks, sealing
        self._size, self._sha256 = size, sha256

    async def sealed(self) -> AsyncIterator[bytes]:
        """Raises BytesRefusedError for what is no document or not the announced bytes, UploadTooLargeError for more."""
        digest, size, head = hashlib.sha256(), 0, b""
        yield self._sealing.head
        async for chunk in self._chunks:
            size += len(chunk)
            if size > self._size:
                raise UploadTooLargeError
            digest.update(chunk)
            if not self.kind:
                head += chunk[:FIRST_BYTES]
                self._look(head)
            yield self._sealing.update(chunk)
        if size != self._size or not hmac.compare_digest(digest.hexdigest(), self._sha256):
            raise BytesRefusedError
        if not self.kind:
            raise BytesRefusedError("DOCUMENT_KIND_UNKNOWN")
        yield self._sealing.end()

    def _look(self, head: bytes) -> None:
        if len(head) >= FIRST_BYTES:
            kind = kind_of(head)
            if kind is None:
                raise BytesRefusedError("DOCUMENT_KIND_UNKNOWN")
            self.kind = kind


async def receive_document(request: Request) -> Response:
    """204 when the bytes are there: the token is used up and the check begins. Errors are `{"code", "message"}`."""
    resources: Resources = request.app.state.resources
    try:
        await _receive(resources, request)
    except RefusalError as refusal:
        return refused(refusal, request)
    except ClientDisconnect:
        return Response(status_code=499)
    await send_waiting(resources.pool, resources.redis)
    return Response(status_code=204)


async def _receive(resources: Resources, request: Request) -> None:
    document_id, token = announced(request)
    awaited = await store.find_awaited(resources.pool, document_id, token_hash(token))
    if awaited is None:
        raise NotFoundError
    if awaited["state"] != DocumentState.CREATED:
        raise ConflictError("DOCUMENT_ALREADY_THERE")
    key = new_key()
    arriving = Arriving(request.stream(), Sealing(key, document_id), size=awaited["size"], sha256=awaited["sha256"])
    place = f"arriving/{new_id()}"
    try:
        async with in_time(awaited["size"]):
            await resources.files.write(place, arriving.sealed())
        async with resources.pool.acquire() as connection, connection.transaction():
            sealed_key = resources.vault.seal_bytes(key, document_id)
            if not await store.take_bytes(connection, document_id, token_hash(token), sealed_key, arriving.kind):
                raise ConflictError("DOCUMENT_ALREADY_THERE")
            await enqueue(connection, JobKind.CHECK_DOCUMENT, document_id)
            await resources.files.move(place, document_key(document_id))
    finally:
        await resources.files.delete(place)
