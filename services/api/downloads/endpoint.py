"""GET /downloads/{token}: a file by its one-time address."""

import logging
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.api.context import Resources
from services.api.downloads.file import File, Stream
from services.api.downloads.renderers import RENDERERS
from services.api.downloads.store import take_download
from services.api.errors import ConflictError, NotFoundError, RefusalError
from services.api.refusals import refused
from services.api.users.cookies import token_of
from services.shared.personal_data import UnknownKeyError

logger = logging.getLogger(__name__)

# Shown in the browser; everything else is saved.
SHOWN = frozenset({"image/jpeg", "image/png"})
NOT_KEPT = {"cache-control": "no-store"}


async def download(request: Request) -> Response:
    """The file, to the user whom the address was given to, once; errors are `{"code", "message"}`."""
    resources: Resources = request.app.state.resources
    if request.method == "HEAD":  # whoever only looks does not use the address up
        return Response(status_code=405, headers={"allow": "GET"})
    try:
        return _served(await _fetch(resources, request))
    except RefusalError as refusal:
        return refused(refusal, request, NOT_KEPT)
    except UnknownKeyError as error:
        logger.error("%s", error)
        return refused(ConflictError("KEY_MISSING", key=error.key_id), request, NOT_KEPT)


async def _fetch(resources: Resources, request: Request) -> File | Stream:
    session, _ = token_of(request, resources.settings)
    viewer = await resources.sessions.viewer(session) if session else None
    if viewer is None or viewer.user_id is None:
        raise NotFoundError
    found = await take_download(resources.pool, request.path_params["token"], viewer)
    if found is None:
        raise NotFoundError("DOWNLOAD_NOT_FOUND")
    return await RENDERERS[found.kind](resources, found)


def _served(file: File | Stream) -> Response:
    """Whatever is in the file, a browser neither guesses its type, nor runs it, nor keeps it."""
    shown = "inline" if file.media_type in SHOWN else "attachment"
    headers = {
        "content-disposition": f"{shown}; filename*=UTF-8''{quote(file.name)}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
    if isinstance(file, File):
        return Response(file.body, media_type=file.media_type, headers=headers)
    headers["content-length"] = str(file.size)  # whoever gets less knows that it broke off
    return StreamingResponse(file.pieces, media_type=file.media_type, headers=headers)
