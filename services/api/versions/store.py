"""A contest's version: it grows with every change that a reader can see, and answers are kept as long as it stays."""

from pathlib import Path
from uuid import UUID

from services.api.context import Executor
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def contest_version(database: Executor, contest_id: UUID) -> int | None:
    version: int | None = await database.fetchval(queries.contest_version, contest_id)
    return version
