"""The front page, and each contest's."""

from services.api.layout.page import Page, Pages, no_variables

PAGES: Pages = [
    Page("/", "HomePage", "contests/home.html", variables=no_variables),
    Page("/contests/{slug}", "ContestPage", "contests/contest.html", subject="contest"),
]
