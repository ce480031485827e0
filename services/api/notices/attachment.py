"""GET /notices/{notice}/{document}: a paper attached to a notice, for everyone while the notice holds."""

import asyncio
import logging
from collections.abc import AsyncIterator
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from services.api.address import address_of
from services.api.attempts import ATTACHMENTS
from services.api.context import Resources
from services.api.documents.read import read_document
from services.api.downloads.file import File
from services.api.errors import ConflictError, NotFoundError, RefusalError
from services.api.notices import store
from services.api.refusals import refused
from services.shared.personal_data import UnknownKeyError

logger = logging.getLogger(__name__)

# How long one paper may take, and how long whoever finds no place waits for one.
SEND_SECONDS, WAIT_SECONDS = 300.0, 20.0
CHUNK = 64 * 1024
# A paper never changes, but its notice may be withdrawn.
KEPT = {"cache-control": "public, max-age=60"}


class BusyError(RefusalError):
    """Too many read papers at this moment."""

    default_code = "ATTACHMENTS_BUSY"
    status = 503


class _Sent(StreamingResponse):
    """Gives its place to the next when it has been sent, or took too long."""

    def __init__(self, file: File, headers: dict[str, str], places: asyncio.Semaphore) -> None:
        super().__init__(_chunks(file.body), media_type=file.media_type, headers=headers)
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await super().__call__(scope, receive, send)
        except TimeoutError:
            logger.warning("a paper was not taken in %d seconds", SEND_SECONDS)
        finally:
            self._places.release()


async def attachment(request: Request) -> Response:
    """The paper; errors are `{"code", "message"}`."""
    resources: Resources = request.app.state.resources
    try:
        return await _answer(resources, request)
    except RefusalError as refusal:
        return refused(refusal, request)
    except UnknownKeyError as error:
        logger.error("%s", error)
        return refused(ConflictError("KEY_MISSING", key=error.key_id), request)


async def _answer(resources: Resources, request: Request) -> Response:
    await resources.attempts.count("attachment", address_of(request, resources.settings), **ATTACHMENTS)
    try:
        notice, document = (UUID(request.path_params[name]) for name in ("notice", "document"))
    except ValueError:
        raise NotFoundError from None
    if not await store.is_attached(resources.pool, notice, document):
        raise NotFoundError
    headers = {"etag": f'"{document}"', **KEPT}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    try:
        await asyncio.wait_for(resources.papers.acquire(), WAIT_SECONDS)
    except TimeoutError:
        raise BusyError from None
    try:
        file = await read_document(resources, document)
    except BaseException:
        resources.papers.release()
        raise
    headers |= {
        "content-length": str(len(file.body)),
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return _Sent(file, headers, resources.papers)


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]
