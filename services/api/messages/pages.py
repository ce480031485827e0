"""What somebody was told."""

from services.api.layout.page import Page, Pages, path_and

PAGES: Pages = [
    Page(
        "/messages",
        "MessagesPage",
        "messages/messages.html",
        subject="viewer",
        variables=path_and("after"),
        signed_in=True,
    ),
]
