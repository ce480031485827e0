"""GET /notices/{notice}/{document}: a paper attached to a notice, for everyone while the notice holds."""

from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from services.api.context import Resources
from services.api.documents.read import read_document
from services.api.errors import NotFoundError, RefusalError
from services.api.notices import store
from services.api.refusals import refused


async def attachment(request: Request) -> Response:
    """The paper; errors are `{"code", "message"}`."""
    resources: Resources = request.app.state.resources
    try:
        notice, document = (UUID(request.path_params[name]) for name in ("notice", "document"))
        if not await store.is_attached(resources.pool, notice, document):
            raise NotFoundError
        file = await read_document(resources, document)
    except ValueError:
        return refused(NotFoundError(), request)
    except RefusalError as refusal:
        return refused(refusal, request)
    return Response(
        file.body,
        media_type=file.media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox; default-src 'none'",
            "cache-control": "no-cache",
        },
    )
