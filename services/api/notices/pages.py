"""A notice to read and print."""

from services.api.layout.page import Page, Pages

PAGES: Pages = [
    Page("/contests/{slug}/notices/{number:int}", "NoticePage", "notices/notice.html", subject="contest.notice"),
]
