"""The job that makes the documents of a revision, those that are not there yet."""

from itertools import product

from services.scorer.context import Scorer
from services.scorer.jobs.store import Job, finish, keep
from services.scorer.renditions import store
from services.scorer.renditions.render import render
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language


async def render_publication(scorer: Scorer, job: Job) -> None:
    """Makes every document in every language. Each is kept as it comes; a next try goes on with the others."""
    canonical = await store.find_canonical(scorer.pool, job.subject_id)
    if canonical is not None:
        made = await store.find_made(scorer.pool, job.subject_id)
        for language, document in product(Language, RenditionFormat):
            if (language, document) in made:
                continue
            content = await render(canonical, document, language)
            async with scorer.pool.acquire() as connection, connection.transaction():
                await keep(connection, job, scorer.lease_seconds)
                await store.insert(connection, job.subject_id, language, document, content)
    async with scorer.pool.acquire() as connection, connection.transaction():
        await finish(connection, job)
