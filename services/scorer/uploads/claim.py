"""The job that counts lines which waited for their contestant: a uid was bound, or a roster came after the file.

The file is read again; the lines that have found somebody are in force from a sequence number of their own.
"""

import polars as pl

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.unclaimed import store as unclaimed_uids
from services.scorer.uploads import store
from services.scorer.uploads.accept import ReadFile, write_consequences
from services.scorer.uploads.facts import Facts, copy_facts
from services.scorer.uploads.order_lines import Line, OrderLines, problems_of
from services.scorer.uploads.owners import Owned, rows_of
from services.scorer.uploads.read import attribute, parse
from services.scorer.uploads.upload import Compared, Upload
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import Source, UploadState
from services.shared.vocabulary import Severity


async def claim_lines(scorer: Scorer, job: Job) -> None:
    """Counts what can be counted now. Does nothing for an upload that is not, or no longer, an accepted file."""
    upload = await store.find_counted_file(scorer.pool, job.subject_id)
    if upload is None:
        async with scorer.pool.acquire() as connection, connection.transaction():
            await finish(connection, job)
        return
    parsed = await parse(scorer, upload)
    fault(FaultPoint.CLAIM_PARSED)
    (file,) = await attribute(scorer, [(upload, parsed)], await store.contest_times(scorer.pool, upload.contest_id))
    async with scorer.pool.acquire() as connection, connection.transaction():
        last = await store.lock_sequence(connection, upload.contest_id)
        if await store.find_counted_file(connection, upload.id) is not None:  # not withdrawn while it was read
            await _claim(connection, file, last)
        await finish(connection, job)
        fault(FaultPoint.CLAIM_BEFORE_COMMIT)
    fault(FaultPoint.CLAIM_AFTER_COMMIT)
    await publish(scorer.redis, upload.id, state=UploadState.ACCEPTED)


async def _claim(connection: Connection, file: ReadFile, last: int) -> None:
    """Counts what was not counted before and says what still is not. A file that would be refused by now, because a uid
    turned out to be another account's, stays as it is and says so: whether to withdraw it is for a person to decide.
    One that could not be read at all this time goes on waiting for what it waits for.
    """
    if file.outcome.kind is None:
        return
    upload, problems, sequence = file.upload, list(file.outcome.problems), last
    if file.owned is not None and file.source is not None:
        waiting = await _waiting(connection, upload, file.owned)
        others: list[Line] = []
        if file.source is Source.ORDERS:
            lines = await OrderLines.look_up(connection, upload.contest_id, {upload.id: waiting})
            others = lines.of_others(upload.id)
            waiting = waiting.filter(~pl.col("order_line").is_in([line.order_line for line in others] or [""]))
        compared = Compared(0, 0)
        if waiting.height:
            sequence = last + 1
            facts = Facts(upload.id, file.source, waiting, rows_of(waiting), upload.exported_at, sequence)
            await copy_facts(connection, [facts])
            compared = (await write_consequences(connection, upload.contest_id, [facts], last))[upload.id]
        unclaimed, refused = file.owned.unclaimed, file.outcome.refused + len(others)
        await store.claim_lines(connection, upload.id, compared, unclaimed=unclaimed, refused=refused)
        await unclaimed_uids.save(connection, upload.contest_id, {upload.id: file.owned.uids})
        problems += problems_of(others, Severity.WARNING)
    await store.save_problems(connection, {upload.id: problems})
    if upload.parent_id is not None:
        await store.sum_archive(connection, upload.parent_id)
    await store.advance_contest(connection, upload.contest_id, sequence)


async def _waiting(connection: Connection, upload: Upload, owned: Owned) -> pl.DataFrame:
    """The rows that have a contestant by now and do not count yet, for whomever: a handle may have changed hands."""
    stored = await store.stored_lines(connection, upload.id, await store.covered(connection, [upload.id]))
    known = pl.DataFrame(stored, schema={"sheet": pl.String, "line": owned.frame.schema["line"]}, orient="row")
    return owned.frame.join(known, on=["sheet", "line"], how="anti")
