"""A city at a glance, for its clerks and leaders: who is there, what is missing, by when, what to do next."""

from typing import Any

from starlette.requests import Request

from services.api.layout.page import Page, Pages


def _which(request: Request) -> dict[str, Any]:
    after = request.query_params.get("after")
    return {**request.path_params, **({"after": after} if after else {})}


PAGES: Pages = [
    Page("/cities/{id}", "CityPage", "cities/city.html", subject="city.status", variables=_which, signed_in=True),
]
