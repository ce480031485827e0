"""A scorer in the test's own process, on real PostgreSQL and Redis."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from services.scorer.context import Scorer
from services.scorer.given_lists.parse import ParsedGivenList, parse_given_list
from services.scorer.rosters.parse import ParsedRoster, parse_roster
from services.scorer.uploads.children import ParserPool
from services.scorer.uploads.parse import ParsedFile, parse
from services.scorer.uploads.unpack import Member, unpack
from services.scorer.workspace import Workspace
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadKind
from services.shared.personal_data import open_vault
from services.shared.settings import Settings
from services.shared.storage import FileStore, open_files


class ParsersHere(ParserPool):
    """Reads in this process: a second saved for every test. The children have their own tests, and every test with a
    worker process uses them."""

    async def parse(
        self,
        path: Path,
        name: str,
        exported_at: datetime,
        kind_stated: UploadKind | None = None,
        own: str = "",
        **stated: Any,
    ) -> ParsedFile:
        return await asyncio.to_thread(parse, path, name, exported_at, kind_stated, own, **stated)

    async def unpack(self, archive: Path, into: Path) -> list[Member]:
        return await asyncio.to_thread(unpack, archive, into)

    async def parse_given_list(self, path: Path, name: str) -> ParsedGivenList:
        return await asyncio.to_thread(parse_given_list, path, name)

    async def parse_roster(self, path: Path, name: str) -> ParsedRoster:
        return await asyncio.to_thread(parse_roster, path, name)


@pytest.fixture
async def scorer(settings: Settings, database: Pool, redis: Redis) -> AsyncIterator[Scorer]:
    """What jobs work with."""
    parsers, work = ParsersHere(), Workspace(settings.home / "work")
    yield Scorer(settings, database, redis, open_files(settings), open_vault(settings), parsers, work)
    work.close()
    await parsers.close()


@pytest.fixture
def files(scorer: Scorer) -> FileStore:
    """Where uploads' bytes lie."""
    return scorer.files
