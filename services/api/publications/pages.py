"""What is published, to be read, searched, printed and downloaded by anybody; and one person's line of it."""

from services.api.layout.page import Page, Pages, path_and

_LIST = "/contests/{slug}/publications/{revision:number}"

PAGES: Pages = [
    Page(
        _LIST,
        "PublicationPage",
        "publications/publication.html",
        subject="publication",
        variables=path_and("city", "division", "search", "after"),
    ),
    Page(
        f"{_LIST}/people/{{number:number}}",
        "PublishedPersonPage",
        "publications/person.html",
        subject="publication.standing",
    ),
]
