"""A scorer in the test's own process: real PostgreSQL and Redis, real parser children shared by the whole session."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from services.scorer.context import Scorer
from services.scorer.uploads.children import ParserPool
from services.shared.database.pool import Pool
from services.shared.files import FileStore
from services.shared.personal_data import open_vault
from services.shared.settings import Settings


@pytest.fixture
async def scorer(settings: Settings, database: Pool, redis: Redis) -> AsyncIterator[Scorer]:
    """What jobs work with."""
    files = FileStore(settings.files)
    async with ParserPool(children=1) as parsers:
        yield Scorer(settings, database, redis, files, open_vault(settings), parsers)


@pytest.fixture
def files(scorer: Scorer) -> FileStore:
    """Where uploads' bytes lie."""
    return scorer.files
