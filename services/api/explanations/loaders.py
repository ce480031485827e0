"""The rows behind metrics, and explanations as text."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.api.context import Context, Loader
from services.api.explanations import store
from services.api.explanations.facts import Fact, counted
from services.api.explanations.store import ExplainedRun
from services.api.explanations.types import CountedRow
from services.api.nodes import Connection, Page
from services.shared.file_vocabulary import Source
from services.shared.rules.measurement import Measurement


class MetricKey(NamedTuple):
    """A metric of somebody's standing."""

    run_id: UUID
    contestant_id: UUID
    item: str
    metric: str


class RowsWanted(NamedTuple):
    """A page of the rows behind a metric."""

    key: MetricKey
    first: int
    after: str | None


class Facts:
    """Reads what runs saw of contestants: a source once, however many metrics read it."""

    def __init__(self, context: Context) -> None:
        self._pool = context.pool
        self._known: dict[tuple[UUID, UUID, Source], list[Fact]] = {}

    async def behind(self, run_id: UUID, contestant_id: UUID, rule: Measurement) -> list[Fact]:
        """The rows that a metric counted."""
        for source in rule.sources:
            key = run_id, contestant_id, source
            if key not in self._known:
                self._known[key] = await store.list_facts(self._pool, *key)
        return counted(rule, {source: self._known[run_id, contestant_id, source] for source in rule.sources})


async def counted_rows(context: Context, wanted: Sequence[RowsWanted]) -> list[Connection[CountedRow]]:
    runs = await store.find_runs(context.pool, list({each.key.run_id for each in wanted}))
    facts = Facts(context)
    return [await _page(facts, runs[each.key.run_id], each) for each in wanted]


async def _page(facts: Facts, run: ExplainedRun, wanted: RowsWanted) -> Connection[CountedRow]:
    key = wanted.key
    page = Page.reading(wanted.first, wanted.after).named(f"rows {key}")
    rule = next(rule for rule in run.rules.items[key.item].metrics if rule.metric == key.metric)
    found = await facts.behind(key.run_id, key.contestant_id, rule)
    start = int(page.after or 0) if isinstance(page.after, int) else 0
    shown = enumerate(found[start : start + page.limit + 1], start=start + 1)
    return page.connect([(position, CountedRow.of(fact, rule)) for position, fact in shown], len(found))


async def explained_runs(context: Context, ids: Sequence[UUID]) -> list[ExplainedRun]:
    """Of standings that the viewer has been shown."""
    found = await store.find_runs(context.pool, ids)
    return [found[key] for key in ids]


async def facts_of_standings(context: Context, keys: Sequence[tuple[UUID, UUID]]) -> list[list[list[Fact]]]:
    """Of each of the rules' measurements the rows behind it."""
    runs = await store.find_runs(context.pool, list({run for run, _ in keys}))
    facts = Facts(context)
    return [[await facts.behind(run_id, who, rule) for rule in runs[run_id].rules.measurements] for run_id, who in keys]


LOADERS: Mapping[str, Loader] = {
    "MetricScore.rows": counted_rows,
    "Standing.run": explained_runs,
    "Standing.facts": facts_of_standings,
}
