"""GET /publications/{contest}/{revision}/{document}: what a revision publishes, for everyone from its hour on.

`snapshot.json` is the snapshot whose digest and signature prove it; `zh-CN.pdf`, `en.xlsx` and so on are made from it.
Before the hour the answer is that of a revision which does not exist, but for those who prepare and approve it.
"""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.api.access import PUBLIC
from services.api.address import address_of
from services.api.attempts import RENDITIONS
from services.api.context import Resources
from services.api.decisions.rows import ROWS
from services.api.errors import NotFoundError, RefusalError
from services.api.refusals import refused
from services.api.renditions import store
from services.api.renditions.store import Revision
from services.api.renditions.types import name_of
from services.api.users.cookies import token_of
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language, put

MEDIA_TYPES: Mapping[RenditionFormat, str] = {
    RenditionFormat.PDF: "application/pdf",
    RenditionFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    RenditionFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    RenditionFormat.CSV: "text/csv; charset=utf-8",
}
DOCUMENTS = {name_of(language, document): (language, document) for language in Language for document in RenditionFormat}
SNAPSHOT = "snapshot.json"
# A revision never changes once it is public; what is refused now may be there in a moment.
_KEPT, _NOT_KEPT = {"cache-control": "public, max-age=3600"}, {"cache-control": "no-store"}


async def publication_document(request: Request) -> Response:
    """The document; errors are `{"code", "message"}`."""
    resources: Resources = request.app.state.resources
    try:
        await resources.attempts.count("rendition", address_of(request, resources.settings), **RENDITIONS)
        return await _answer(resources, request)
    except RefusalError as refusal:
        return refused(refusal, request, _NOT_KEPT)


async def _answer(resources: Resources, request: Request) -> Response:
    revision = Revision(request.path_params["contest"], request.path_params["revision"])
    name = request.path_params["document"]
    if "\0" in revision.contest:
        raise NotFoundError
    session, _ = token_of(request, resources.settings)
    viewer = (await resources.sessions.viewer(session) if session else None) or PUBLIC
    scope = viewer.scope(ROWS["Publication"])
    if name == SNAPSHOT:
        row = await store.find_canonical(resources.pool, scope, revision)
        if row is None:
            raise NotFoundError
        headers = _headers(row["digest"], f"{revision.contest}-{revision.number}.json", public=row["public"])
        if _has_it(request, headers):
            return Response(status_code=304, headers=headers)
        return Response(row["canonical"], media_type="application/json", headers=headers)
    if name not in DOCUMENTS:
        raise NotFoundError
    found = await store.find_rendition(resources.pool, scope, revision, DOCUMENTS[name])
    if found is None:
        raise NotFoundError
    number = put("PAPER_REVISION", {"revision": found.revision}, found.language)
    headers = _headers(found.sha256, f"{found.title}（{number}）.{found.format.lower()}", public=found.public)
    if _has_it(request, headers):
        return Response(status_code=304, headers=headers)
    headers["content-length"] = str(found.size)
    return StreamingResponse(store.read(resources.pool, found), media_type=MEDIA_TYPES[found.format], headers=headers)


def _headers(digest: str, name: str, *, public: bool) -> dict[str, str]:
    return {
        "etag": f'"{digest}"',
        **(_KEPT if public else _NOT_KEPT),
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }


def _has_it(request: Request, headers: Mapping[str, str]) -> bool:
    return request.headers.get("if-none-match") == headers["etag"]
