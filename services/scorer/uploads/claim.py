"""The job that counts lines which waited for their contestant: a uid was bound, or a roster came after the file.

The file is read again; the lines that have found somebody are in force from a sequence number of their own.
"""

import polars as pl

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.uploads import store
from services.scorer.uploads.accept import write_consequences
from services.scorer.uploads.facts import Facts, copy_facts
from services.scorer.uploads.owners import Owned, rows_of
from services.scorer.uploads.read import attribute, parse
from services.scorer.uploads.store import Upload
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.vocabulary import Source, UploadState


async def claim_lines(scorer: Scorer, job: Job) -> None:
    """Counts what can be counted now. Does nothing for an upload that is not, or no longer, accepted."""
    upload = await store.find_accepted(scorer.pool, job.subject_id)
    if upload is None:
        async with scorer.pool.acquire() as connection, connection.transaction():
            await finish(connection, job)
        return
    parsed = await parse(scorer, upload)
    fault(FaultPoint.CLAIM_PARSED)
    (file,) = await attribute(scorer, [(upload, parsed)], await store.contest_windows(scorer.pool, upload.contest_id))
    async with scorer.pool.acquire() as connection, connection.transaction():
        if file.owned is not None and file.source is not None:
            await _count(connection, upload, file.source, file.owned)
        await finish(connection, job)
        fault(FaultPoint.CLAIM_BEFORE_COMMIT)
    fault(FaultPoint.CLAIM_AFTER_COMMIT)
    await publish(scorer.redis, upload.id, state=UploadState.ACCEPTED)


async def _count(connection: Connection, upload: Upload, source: Source, owned: Owned) -> None:
    last = await store.lock_contest(connection, upload.contest_id)
    stored = await store.stored_lines(connection, upload.id, owned.contestants)
    known = pl.DataFrame(stored, schema={"sheet": pl.String, "line": owned.frame.schema["line"]}, orient="row")
    waiting = owned.frame.join(known, on=["sheet", "line"], how="anti")
    facts = Facts(upload.id, source, waiting, rows_of(waiting), upload.exported_at, last + 1)
    await copy_facts(connection, [facts])
    compared = await write_consequences(connection, upload.contest_id, [facts], last)
    await store.claim_lines(connection, upload.id, compared[upload.id], owned.unclaimed)
    await store.advance_contest(connection, upload.contest_id, last + 1)
