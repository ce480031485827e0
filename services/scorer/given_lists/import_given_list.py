"""The job that takes a given list in: read in a child, kept as blind indexes alone, its file deleted."""

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.given_lists import store
from services.scorer.given_lists.parse import ParsedGivenList
from services.scorer.jobs.store import Job, finish
from services.scorer.uploads.forget import forget_file
from services.shared.problems import Problem


async def import_given_list(scorer: Scorer, job: Job) -> None:
    """Brings a given list to its end: DONE, or REFUSED where nobody on it can be read."""
    asked = await store.find_waiting(scorer.pool, job.subject_id)
    parsed: ParsedGivenList | None = None
    if asked is not None:
        path = scorer.files.path(f"uploads/{asked.upload_id}")
        parsed = (
            await scorer.parsers.parse_given_list(path, asked.name)
            if path.exists()
            else ParsedGivenList(problems=[Problem("ROSTER_BYTES_DELETED")])
        )
    fault(FaultPoint.GIVEN_LIST_PARSED)
    async with scorer.pool.acquire() as connection, connection.transaction():
        if asked is not None and parsed is not None:
            await store.end_import(connection, scorer.vault, asked, parsed)
        await finish(connection, job)
        fault(FaultPoint.GIVEN_LIST_BEFORE_COMMIT)
    fault(FaultPoint.GIVEN_LIST_AFTER_COMMIT)
    if asked is not None:
        await forget_file(scorer, asked.upload_id)
