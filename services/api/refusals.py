"""What an endpoint beside GraphQL answers when it refuses."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from services.api.errors import RefusalError
from services.api.language import language_of


def refused(refusal: RefusalError, request: Request, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """`{"code", "message"}`, in the language that the request asks for."""
    body = {"code": refusal.code, "message": refusal.message(language_of(request.headers))}
    return JSONResponse(body, status_code=refusal.status, headers=headers)
