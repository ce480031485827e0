"""The job that fetches an upload from the address it was announced with; then it is read like any other.

What is fetched twice may differ. So each attempt seals what came at a place of its own, and only the one that still
holds the job moves it to where the upload's bytes are looked for; the others' is swept away.
"""

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.fetch import store
from services.scorer.fetch.download import download
from services.scorer.jobs.store import Job, finish
from services.scorer.uploads.refused import Refused
from services.shared.changes import publish
from services.shared.fetching import Allowed
from services.shared.file_vocabulary import UploadState
from services.shared.jobs import JobKind, enqueue, send_waiting
from services.shared.problems import Problem
from services.shared.storage.originals import Original, pieces_of, seal_original
from services.shared.storage.store import give_key


async def fetch_upload(scorer: Scorer, job: Job) -> None:
    """Leaves the upload's bytes sealed and the job that reads them, or refuses it and says why."""
    asked = await store.find_asked(scorer.pool, job.subject_id)
    original: Original | None = None
    problem: Problem | None = None
    arriving = f"arriving/{job.subject_id}-{job.attempt}"
    if asked is not None:
        try:
            original = await _fetch(scorer, asked, arriving)
        except Refused as refused:
            problem = refused.problem
    fault(FaultPoint.FETCH_SEALED)
    async with scorer.pool.acquire() as connection, connection.transaction():
        await finish(connection, job)
        if original is not None:
            await store.write_fetched(connection, original)
            await enqueue(connection, JobKind.INGEST_UPLOAD, original.id)
            await scorer.files.move(arriving, original.place)
        elif asked is not None and problem is not None:
            await store.refuse_fetch(connection, asked.id, problem)
        fault(FaultPoint.FETCH_BEFORE_COMMIT)
    fault(FaultPoint.FETCH_AFTER_COMMIT)
    await send_waiting(scorer.pool, scorer.redis)
    state = UploadState.REFUSED if problem else UploadState.QUEUED
    await publish(scorer.redis, job.subject_id, state=state)


async def _fetch(scorer: Scorer, asked: store.Asked, arriving: str) -> Original:
    address = scorer.vault.open(asked.address_sealed, asked.id)
    async with scorer.work.place() as path:
        most = scorer.settings.upload_limit_mib * 2**20
        downloaded = await download(address, path, Allowed.of(scorer.settings), most)
        if asked.sha256 and asked.sha256 != downloaded.sha256:
            raise Refused("UPLOAD_HASH_DIFFERS")
        original = Original(asked.id, None, downloaded.size, downloaded.sha256)
        key = await give_key(scorer.pool, scorer.vault, asked.id)
        await seal_original(scorer.files, original, key, pieces_of(path), arriving)
    return original
