"""The job that puts a revision together: composed, kept, ready to be approved by another person."""

import asyncio

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.publications import store
from services.scorer.publications.compose import compose
from services.shared.jobs import send_waiting


async def prepare_publication(scorer: Scorer, job: Job) -> None:
    """Brings a revision to PREPARED."""
    preparing = await store.find_preparing(scorer.pool, job.subject_id)
    if preparing is not None:
        given = preparing.revision, preparing.lines, preparing.teams, preparing.awards
        snapshot = await asyncio.to_thread(compose, *given)
    fault(FaultPoint.PUBLICATION_COMPOSED)
    async with scorer.pool.acquire() as connection, connection.transaction():
        if preparing is not None:
            await store.end_preparing(connection, preparing, snapshot)
        await finish(connection, job)
        fault(FaultPoint.PUBLICATION_BEFORE_COMMIT)
    fault(FaultPoint.PUBLICATION_AFTER_COMMIT)
    await send_waiting(scorer.pool, scorer.redis)
