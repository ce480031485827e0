"""Many submissions at once, and what hangs on them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.nodes import Connection, Page
from services.api.submissions import store
from services.api.submissions.types import Submission, SubmissionLine


async def submissions(context: Context, ids: Sequence[UUID]) -> list[Submission | None]:
    return await store.find_submissions(context.pool, context.rows("Submission"), ids)


async def submissions_of_city(context: Context, cities: Sequence[UUID]) -> list[list[Submission]]:
    return await store.find_submissions_of(context.pool, context.rows("Submission"), cities)


async def lines(context: Context, keys: Sequence[tuple[UUID, int, str | None]]) -> list[Connection[SubmissionLine]]:
    pages = []
    for submission, first, after in keys:
        page = Page.of(f"submission {submission}", first, after)
        rows, total = await store.list_lines(context.pool, context.rows("Submission"), submission, page)
        found = [
            (
                row["place"],
                SubmissionLine(
                    division_id=row["division_id"], contestant_id=row["contestant_id"], position=row["position"]
                ),
            )
            for row in rows
        ]
        pages.append(page.connect(found, total))
    return pages


LOADERS: Mapping[str, Loader] = {
    "Submission": submissions,
    "City.submissions": submissions_of_city,
    "Submission.lines": lines,
}
