"""GET /publications/{contest}/{revision}/{document}: what a revision publishes, for everyone from its hour on.

`snapshot.json` is the snapshot whose digest and signature prove it; `zh-CN.pdf`, `en.xlsx` and so on are made from it.
Before the hour the answer is that of a revision which does not exist.
"""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.api.address import address_of
from services.api.attempts import RENDITIONS
from services.api.context import Resources
from services.api.errors import NotFoundError, RefusalError
from services.api.refusals import refused
from services.api.renditions import store
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language, put

MEDIA_TYPES: Mapping[RenditionFormat, str] = {
    RenditionFormat.PDF: "application/pdf",
    RenditionFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    RenditionFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    RenditionFormat.CSV: "text/csv; charset=utf-8",
}
TAGS: Mapping[Language, str] = {Language.ZH: "zh-CN", Language.EN: "en"}
DOCUMENTS = {
    f"{tag}.{document.lower()}": (language, document) for language, tag in TAGS.items() for document in RenditionFormat
}
SNAPSHOT = "snapshot.json"
_LARGEST_REVISION = 2**31 - 1
# A revision never changes; what is refused now may be there in a moment.
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
    contest, revision, name = (request.path_params[part] for part in ("contest", "revision", "document"))
    if revision > _LARGEST_REVISION or "\0" in contest:
        raise NotFoundError
    if name == SNAPSHOT:
        row = await store.find_canonical(resources.pool, contest, revision)
        if row is None:
            raise NotFoundError
        headers = _headers(row["digest"], f"{contest}-{revision}.json")
        if _has_it(request, headers):
            return Response(status_code=304, headers=headers)
        return Response(row["canonical"], media_type="application/json", headers=headers)
    if name not in DOCUMENTS:
        raise NotFoundError
    found = await store.find_rendition(resources.pool, contest, revision, *DOCUMENTS[name])
    if found is None:
        raise NotFoundError
    number = put("PAPER_REVISION", {"revision": found.revision}, found.language)
    headers = _headers(found.sha256, f"{found.title}（{number}）.{found.format.lower()}")
    if _has_it(request, headers):
        return Response(status_code=304, headers=headers)
    headers["content-length"] = str(found.size)
    return StreamingResponse(store.read(resources.pool, found), media_type=MEDIA_TYPES[found.format], headers=headers)


def _headers(digest: str, name: str) -> dict[str, str]:
    return {
        "etag": f'"{digest}"',
        **_KEPT,
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }


def _has_it(request: Request, headers: Mapping[str, str]) -> bool:
    return request.headers.get("if-none-match") == headers["etag"]
