"""Watching a scoring run."""

from collections.abc import AsyncGenerator

import strawberry

from services.api.context import Info
from services.api.errors import NotFoundError
from services.api.nodes import GlobalId, key_of
from services.api.scoring_runs.types import ScoringRun
from services.shared.changes import listen
from services.shared.vocabulary import RunState


@strawberry.type
class ScoringRunSubscription:
    @strawberry.subscription(description="The run now and whenever it changes, until it has ended. (核算进展)")
    async def scoring_run_changed(self, info: Info, id: GlobalId) -> AsyncGenerator[ScoringRun, None]:  # noqa: A002
        key = key_of(id, "ScoringRun")
        if key is None:
            raise NotFoundError
        shown: RunState | None = None
        async for news in listen(info.context.resources.redis, key):
            await info.context.still_signed_in()
            run: ScoringRun | None = await info.context.load("ScoringRun", key)
            if run is None:
                raise NotFoundError
            if not run.state.ended:
                run.show_progress(news)
            if "state" in news or run.state != shown:
                yield run
            shown = run.state
            if run.state.ended:
                return
