"""GET /downloads/{token}: a file by its one-time address."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.api.context import Resources
from services.api.downloads.file import File
from services.api.downloads.renderers import RENDERERS
from services.api.downloads.store import take_download
from services.api.errors import NotFoundError, RefusalError
from services.api.language import language_of
from services.api.users.cookies import token_of

# Shown in the browser; everything else is saved.
SHOWN = frozenset({"image/jpeg", "image/png"})


async def download(request: Request) -> Response:
    """The file, to the user whom the address was given to, once; errors are `{"code", "message"}`."""
    resources: Resources = request.app.state.resources
    if request.method == "HEAD":  # whoever only looks does not use the address up
        return Response(status_code=405, headers={"allow": "GET"})
    try:
        return _served(await _fetch(resources, request))
    except RefusalError as refusal:
        message = refusal.message(language_of(request.headers))
        body = {"code": refusal.code, "message": message}
        return JSONResponse(body, status_code=refusal.status, headers={"cache-control": "no-store"})


async def _fetch(resources: Resources, request: Request) -> File:
    session, _ = token_of(request, resources.settings)
    viewer = await resources.sessions.viewer(session) if session else None
    if viewer is None or viewer.user_id is None:
        raise NotFoundError
    found = await take_download(resources.pool, request.path_params["token"], viewer.user_id)
    if found is None:
        raise NotFoundError("DOWNLOAD_NOT_FOUND")
    return await RENDERERS[found.kind](resources, found)


def _served(file: File) -> Response:
    """Whatever is in the file, a browser neither guesses its type, nor runs it, nor keeps it."""
    shown = "inline" if file.media_type in SHOWN else "attachment"
    return Response(
        file.body,
        media_type=file.media_type,
        headers={
            "content-disposition": f"{shown}; filename*=UTF-8''{quote(file.name)}",
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox; default-src 'none'",
            "cross-origin-resource-policy": "same-origin",
            "referrer-policy": "no-referrer",
            "cache-control": "no-store",
        },
    )
