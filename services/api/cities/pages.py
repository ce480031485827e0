"""A city at a glance, for its clerks and leaders: who is there, what is missing, by when, what to do next."""

from services.api.layout.page import Page, Pages, path_and

PAGES: Pages = [
    Page(
        "/cities/{id}",
        "CityPage",
        "cities/city.html",
        subject="city.status",
        variables=path_and("after"),
        signed_in=True,
    ),
]
