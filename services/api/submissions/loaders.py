"""Many submissions at once, and what hangs on them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.nodes import Connection, Page
from services.api.rows import Row
from services.api.submissions import store
from services.api.submissions.types import Submission, SubmissionLine


async def submissions(context: Context, ids: Sequence[UUID]) -> list[Submission | None]:
    return await store.find_submissions(context.pool, context.rows("Submission"), ids)


async def submissions_of_city(context: Context, cities: Sequence[UUID]) -> list[list[Submission]]:
    return await store.find_submissions_of(context.pool, context.rows("Submission"), cities)


async def lines(context: Context, keys: Sequence[tuple[UUID, int, str | None]]) -> list[Connection[SubmissionLine]]:
    wanted = [(submission, Page.of(f"submission {submission}", first, after)) for submission, first, after in keys]
    found = await store.list_lines(context.pool, context.rows("Submission"), wanted)
    return [
        page.connect([(row["place"], _line(row)) for row in rows], total)
        for (_, page), (rows, total) in zip(wanted, found, strict=True)
    ]


def _line(row: Row) -> SubmissionLine:
    return SubmissionLine(division_id=row["division_id"], contestant_id=row["contestant_id"], position=row["position"])


LOADERS: Mapping[str, Loader] = {
    "Submission": submissions,
    "City.submissions": submissions_of_city,
    "Submission.lines": lines,
}
