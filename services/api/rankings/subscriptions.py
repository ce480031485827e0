"""Watching which results of a round hold."""

from collections.abc import AsyncGenerator
from uuid import UUID

import strawberry

from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.errors import NotFoundError
from services.api.nodes import RoundId, key_of
from services.api.publications.store import find_currents
from services.api.scoring_runs.types import ScoringRun
from services.shared.changes import listen


@strawberry.type
class RankingSubscription:
    @strawberry.subscription(
        description="The round now, and whenever the viewer is shown the results of another run or what was published."
        " (排名变化)"
    )
    async def rankings_changed(self, info: Info, round_id: RoundId) -> AsyncGenerator[Round, None]:
        context, key = info.context, key_of(round_id, "Round")
        if key is None or await context.load("Round", key) is None:
            raise NotFoundError
        shown: tuple[UUID | None, UUID | None] | None = None
        async for _ in listen(context.resources.redis, key):
            await context.still_signed_in()
            run: ScoringRun | None = await context.load("Round.adoptedRun", key)
            published = (await find_currents(context.pool, [key])).get(key)
            now = run.uuid if run else None, published.id if published else None
            if now != shown:
                yield await context.load("Round", key)
            shown = now
