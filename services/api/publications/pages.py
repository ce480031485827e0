"""What is published, to be read, searched, printed and downloaded by anybody; and one person's line of it."""

from typing import Any

from starlette.requests import Request

from services.api.layout.page import Page, Pages

_FILTERS = ("city", "division", "search", "after")


def _which(request: Request) -> dict[str, Any]:
    given = {name: request.query_params[name] for name in _FILTERS if request.query_params.get(name)}
    return {**request.path_params, **given}


_LIST = "/contests/{slug}/publications/{revision:number}"

PAGES: Pages = [
    Page(_LIST, "PublicationPage", "publications/publication.html", subject="publication", variables=_which),
    Page(
        f"{_LIST}/people/{{number:number}}",
        "PublishedPersonPage",
        "publications/person.html",
        subject="publication.standing",
    ),
]
