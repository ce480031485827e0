"""The job that prints the certificates of a publication, those that are not printed yet."""

from services.scorer.certificates import store
from services.scorer.certificates.certificate import print_all
from services.scorer.context import Scorer
from services.scorer.jobs.store import Job, finish

_AT_ONCE = 200


async def print_certificates(scorer: Scorer, job: Job) -> None:
    """Keeps the PDF of each; a next try goes on with what is missing."""
    while waiting := await store.find_waiting(scorer.pool, job.subject_id, _AT_ONCE):
        printed = await print_all([certificate for _, certificate in waiting])
        async with scorer.pool.acquire() as connection, connection.transaction():
            await store.keep_printed(connection, [key for key, _ in waiting], printed)
    async with scorer.pool.acquire() as connection, connection.transaction():
        await finish(connection, job)
