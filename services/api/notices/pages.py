"""A notice to read and print."""

from services.api.layout.page import Page, Pages

PAGES: Pages = [
    Page("/contests/{slug}/notices/{number:number}", "NoticePage", "notices/notice.html", subject="contest.notice"),
]
