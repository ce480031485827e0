"""The job that looks into a document: opened in the memory of a child process, never in clear on disk."""

from services.scorer.context import Scorer
from services.scorer.documents import store
from services.scorer.jobs.store import Job, finish
from services.scorer.uploads.refused import Refused
from services.shared.changes import publish
from services.shared.problems import Problem
from services.shared.storage.seal import document_key
from services.shared.vocabulary import DocumentState


async def check_document(scorer: Scorer, job: Job) -> None:
    """Brings a document to READY, or to REFUSED with what is wrong; the bytes of a refused one are deleted."""
    document = await store.find_document(scorer.pool, job.subject_id)
    media_type: str | None = None
    problem: Problem | None = None
    if document is not None:
        key = scorer.vault.open_bytes(document.key_sealed, document.id)
        try:
            async with scorer.work.place() as path:
                await scorer.files.fetch(document_key(document.id), path)
                media_type = await scorer.parsers.check_document(path, document.id, key)
        except Refused as refused:
            problem = refused.problem
    async with scorer.pool.acquire() as connection, connection.transaction():
        if document is not None and media_type is not None:
            await store.write_ready(connection, document, media_type)
        elif document is not None and problem is not None:
            await store.refuse(connection, document, problem)
        await finish(connection, job)
    if problem is not None:
        await scorer.files.delete(document_key(job.subject_id))
    await publish(scorer.redis, job.subject_id, state=DocumentState.REFUSED if problem else DocumentState.READY)
