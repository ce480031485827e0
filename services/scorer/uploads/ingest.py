"""The job that takes an uploaded file in: read in a child process, given to its contestants, committed as a whole."""

from collections.abc import Awaitable, Callable

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.uploads import store
from services.scorer.uploads.accept import commit
from services.scorer.uploads.ingest_archive import ingest_archive
from services.scorer.uploads.read import attribute, parse
from services.scorer.uploads.upload import Upload
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import UploadKind, UploadState


async def ingest_upload(scorer: Scorer, job: Job) -> None:
    """Brings an upload to its end: ACCEPTED, REFUSED, DUPLICATE or WAITING; an archive with all its files."""
    upload = await store.begin_reading(scorer.pool, job.subject_id)
    fault(FaultPoint.INGEST_READING)
    if upload is None:
        await _end(scorer, job)
        return
    await publish(scorer.redis, upload.id, state=UploadState.READING)
    if upload.kind_stated in (UploadKind.ROSTER, UploadKind.GIVEN_LIST):
        await _end(scorer, job, lambda connection: store.keep_people(connection, upload.id))
        await publish(scorer.redis, upload.id, state=UploadState.ACCEPTED)
    elif upload.kind_stated is UploadKind.ARCHIVE or upload.name.lower().endswith(".zip"):
        await ingest_archive(scorer, job, upload)
    else:
        await _ingest_file(scorer, job, upload)


async def _ingest_file(scorer: Scorer, job: Job, upload: Upload) -> None:
    parsed = await parse(scorer, upload)
    fault(FaultPoint.INGEST_PARSED)
    times = await store.contest_times(scorer.pool, upload.contest_id)
    files = await attribute(scorer, [(upload, parsed)], times)

    async def conclude(connection: Connection) -> None:
        if upload.parent_id is not None:
            await store.sum_archive(connection, upload.parent_id)
        await finish(connection, job)

    before, after = FaultPoint.INGEST_BEFORE_COMMIT, FaultPoint.INGEST_AFTER_COMMIT
    states = await commit(scorer, upload.contest_id, files, conclude, before=before, after=after)
    await publish(scorer.redis, upload.id, state=states[upload.id])


async def _end(scorer: Scorer, job: Job, effect: Callable[[Connection], Awaitable[None]] | None = None) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        if effect is not None:
            await effect(connection)
        await finish(connection, job)
