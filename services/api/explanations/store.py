"""What runs saw of contestants, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID

from services.api.context import Executor
from services.api.explanations.facts import Fact
from services.shared.database.sql import load
from services.shared.file_vocabulary import Source
from services.shared.rules.check import parse_rules
from services.shared.rules.model import Rules

queries = load(Path(__file__).with_name("queries.sql"))

_QUERIES = {
    Source.WORKS: queries.works_of_run,
    Source.ACCOUNT_DAYS: queries.account_days_of_run,
    Source.LIVE_SESSIONS: queries.live_sessions_of_run,
    Source.ORDERS: queries.orders_of_run,
}


@dataclass(frozen=True)
class ExplainedRun:
    """A run as its explanations name it."""

    id: UUID
    number: int
    digest: str
    document: str
    round: str

    @cached_property
    def rules(self) -> Rules:
        return parse_rules(self.document)


async def find_runs(database: Executor, ids: Sequence[UUID]) -> Mapping[UUID, ExplainedRun]:
    """Runs whose standings the viewer has been shown."""
    return {row["id"]: ExplainedRun(**row) for row in await database.fetch(queries.find_runs, ids)}


async def list_facts(database: Executor, run_id: UUID, contestant_id: UUID, source: Source) -> list[Fact]:
    """The rows of a source that a run saw of a contestant, in the order of time."""
    return [Fact.of(source, row) for row in await database.fetch(_QUERIES[source], run_id, contestant_id)]
