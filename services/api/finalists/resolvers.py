"""Who is proposed for the final."""

from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.finalists import store
from services.api.finalists.types import CityFinalists
from services.api.nodes import key_of
from services.api.rankings.resolvers import RunId
from services.api.scoring_runs.resolvers import RoundId


@strawberry.type
class FinalistQuery:
    @strawberry.field(description="What a run proposes for each city, as far as visible. (拟推荐名单)")
    async def finalists(
        self,
        info: Info,
        round_id: RoundId,
        run_id: RunId = None,
        city_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only this city. (市州)")] = None,
    ) -> list[CityFinalists]:
        context = info.context
        round_key, run, city = key_of(round_id, "Round"), key_of(run_id, "ScoringRun"), key_of(city_id, "City")
        if round_key is None or (run_id and run is None) or (city_id and city is None):
            return []
        found = await store.list_proposal(
            context.pool, context.rows("Finalist"), round_key, run, city, explain=info.asks_for("score")
        )
        if found is None:
            return []
        context.follow(info, found.contest_id, found.version)
        return found.cities
