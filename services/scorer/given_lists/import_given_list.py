"""The job that takes a given list in: read in a child, kept as blind indexes alone, its file deleted."""

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.given_lists import store
from services.scorer.given_lists.parse import ParsedGivenList
from services.scorer.given_lists.store import GivenList
from services.scorer.jobs.store import Job, finish
from services.scorer.uploads.forget import forget_file
from services.scorer.uploads.original import opened
from services.scorer.uploads.refused import Refused


async def import_given_list(scorer: Scorer, job: Job) -> None:
    """Brings a given list to its end: DONE, or REFUSED where nobody on it can be read."""
    asked = await store.find_waiting(scorer.pool, job.subject_id)
    parsed: ParsedGivenList | None = None
    if asked is not None:
        parsed = await _parse(scorer, asked)
    fault(FaultPoint.GIVEN_LIST_PARSED)
    async with scorer.pool.acquire() as connection, connection.transaction():
        if asked is not None and parsed is not None:
            await store.end_import(connection, scorer.vault, asked, parsed)
        await finish(connection, job)
        fault(FaultPoint.GIVEN_LIST_BEFORE_COMMIT)
    fault(FaultPoint.GIVEN_LIST_AFTER_COMMIT)
    if asked is not None:
        await forget_file(scorer, asked.upload_id)


async def _parse(scorer: Scorer, asked: GivenList) -> ParsedGivenList:
    try:
        async with opened(scorer, asked.upload_id) as path:
            return await scorer.parsers.parse_given_list(path, asked.name)
    except Refused as refused:
        return ParsedGivenList(problems=[refused.problem])
