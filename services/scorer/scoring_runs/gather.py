"""Figures → what a run keeps of them: slice by slice, as those of everybody would not fit into memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from services.scorer.metrics.figures import Figures, Window
from services.scorer.metrics.measure import Measured, measure
from services.scorer.metrics.store import Extent, load_figures
from services.scorer.scoring_runs.inputs import Noted
from services.shared.database.pool import Connection
from services.shared.personal_data import Vault
from services.shared.rules.model import Rules


class Gathered:
    """The metrics of everybody so far, and what else than files they were made from."""

    def __init__(self, rules: Rules, window: Window) -> None:
        self.measured: list[Measured] = []
        self.noted = Noted(rules)
        self._rules = rules
        self._window = window

    def add(self, contestants: Sequence[Figures]) -> None:
        self.measured += measure(contestants, self._rules, self._window)
        self.noted.add(contestants)


async def gather(
    connection: Connection, extent: Extent, rules: Rules, *, verifying: bool = False, vault: Vault | None = None
) -> Gathered:
    """Measures what `load_figures` reads, in a thread: the worker goes on telling that it is alive."""
    gathered = Gathered(rules, extent.window)
    async with aclosing(_ahead(load_figures(connection, extent, rules, verifying=verifying, vault=vault))) as slices:
        async for figures in slices:
            await asyncio.to_thread(gathered.add, figures)
    return gathered


async def _ahead(slices: AsyncIterator[list[Figures]]) -> AsyncGenerator[list[Figures]]:
    """The same, the next one being read while one is worked on."""
    coming = asyncio.ensure_future(_next(slices))
    try:
        while figures := await coming:
            coming = asyncio.ensure_future(_next(slices))
            yield figures
    finally:
        coming.cancel()
        await asyncio.wait([coming])


async def _next(slices: AsyncIterator[list[Figures]]) -> list[Figures]:
    """No more is an empty one."""
    return await anext(slices, [])
