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
    written = await store.find_written(scorer.pool, job.subject_id)
    if written is not None:
        made = await store.find_made(scorer.pool, written)
        for language, document in product(Language, RenditionFormat):
            if (language, document) in made:
                continue
            content = await render(written.canonical, document, language)
            async with scorer.pool.acquire() as connection, connection.transaction():
                await keep(connection, job, scorer.lease_seconds)
                await store.insert(connection, written, language, document, content)
    async with scorer.pool.acquire() as connection, connection.transaction():
        await finish(connection, job)
