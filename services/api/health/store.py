"""Whether the database answers, and as whom."""

from pathlib import Path

from services.api.context import Executor
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def can_change_results(database: Executor) -> bool:
    """True when the services sign in as the owner: nothing but our own code then protects what was scored."""
    answer: bool = await database.fetchval(queries.can_change_results)
    return answer
