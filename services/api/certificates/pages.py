"""Whether a certificate is genuine, for anybody who holds one in their hands."""

from typing import Any

from starlette.requests import Request

from services.api.layout.page import Page, Pages


def _code(request: Request) -> dict[str, Any]:
    return {"code": request.query_params.get("code", "").strip()}


PAGES: Pages = [Page("/certificates", "CertificatePage", "certificates/certificate.html", variables=_code)]
