"""What waits for organisers, in PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.api.access import Scope
from services.api.contests.store import by_contest
from services.api.context import Executor
from services.api.waiting.types import WaitingMatter
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def find_waiting(database: Executor, scope: Scope, contests: Sequence[UUID]) -> list[list[WaitingMatter]]:
    """City by city, in each the most urgent first."""
    rows = await database.fetch(queries.find_waiting, scope.everywhere, scope.contests, contests)
    return by_contest(contests, rows, WaitingMatter.of)
