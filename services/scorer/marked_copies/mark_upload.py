"""The job that makes the marked copy of an upload which somebody asked for. It is kept for a day."""

import asyncio

from services.scorer.context import Scorer
from services.scorer.jobs.store import Job, finish
from services.scorer.marked_copies import store
from services.scorer.marked_copies.mark import mark
from services.scorer.marked_copies.store import Asked
from services.scorer.uploads.original import opened
from services.scorer.uploads.refused import Refused
from services.shared.formats.store import find_own


async def mark_upload(scorer: Scorer, job: Job) -> None:
    """Brings a marked copy to its end, DONE."""
    asked = await store.find_waiting(scorer.pool, job.subject_id)
    content = await _mark(scorer, asked) if asked is not None else None
    async with scorer.pool.acquire() as connection, connection.transaction():
        if content is not None:
            await store.end(connection, job.subject_id, content)
        await finish(connection, job)


async def _mark(scorer: Scorer, asked: Asked) -> bytes:
    """Of a file that is gone, or that no child survives, the list of its problems."""
    own = await find_own(scorer.pool, asked.contest_id, asked.format_version)
    try:
        async with opened(scorer, asked.upload_id) as path:
            return await scorer.parsers.mark(path, asked.problems, asked.language, asked.kind_stated, own.text)
    except Refused:
        return await asyncio.to_thread(mark, None, asked.problems, asked.language)


async def forget_marked_copies(scorer: Scorer) -> None:
    """Deletes those that have been kept for a day."""
    await store.forget(scorer.pool)
