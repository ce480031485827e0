"""What somebody was told."""

from typing import Any

from starlette.requests import Request

from services.api.layout.page import Page, Pages


def _from_where(request: Request) -> dict[str, Any]:
    after = request.query_params.get("after")
    return {"after": after} if after else {}


PAGES: Pages = [
    Page(
        "/messages", "MessagesPage", "messages/messages.html", subject="viewer", variables=_from_where, signed_in=True
    ),
]
