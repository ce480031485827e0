"""The job that tells people, at its hour and not before, that a revision is published; or that it was withdrawn."""

from services.scorer.context import Scorer
from services.scorer.jobs.store import Job, finish, repeat
from services.scorer.publications import store
from services.shared.changes import publish


async def announce_publication(scorer: Scorer, job: Job) -> None:
    """Comes back at the hour where it was sent too early; says nothing of what was taken back before."""
    async with scorer.pool.acquire() as connection, connection.transaction():
        approved = await store.find_approved(connection, job.subject_id)
        if approved is not None and approved.seconds > 0:
            await repeat(connection, job.id, job.attempt, after_seconds=approved.seconds, tries_back=1)
            return
        if approved is not None:
            await store.announce(connection, approved)
        await finish(connection, job)
    if approved is not None:
        await publish(scorer.redis, approved.round_id)  # for whoever watches its rankings
