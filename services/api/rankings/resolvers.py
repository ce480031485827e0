"""Who stands where."""

from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.nodes import After, Connection, First, Page, RoundId, key_of
from services.api.rankings import store
from services.api.rankings.types import Standing

RunId = Annotated[
    strawberry.ID | None, strawberry.argument(description="The run; the adopted one when left out. (成绩核算)")
]


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class RankingFilter:
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of this city. (市州)")
    division_id: strawberry.ID | None = strawberry.field(default=None, description="Of this division. (组别)")


@strawberry.type
class RankingQuery:
    @strawberry.field(description="The standings of a round by position, as far as the viewer may see them. (排名)")
    async def rankings(  # noqa: PLR0917  the arguments of the operation
        self,
        info: Info,
        round_id: RoundId,
        run_id: RunId = None,
        filter: Annotated[RankingFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Standing]:
        context, wanted = info.context, _wanted(round_id, run_id, filter or RankingFilter())
        if wanted is None:
            return Page.empty(first)
        # The run's name is part of the cursor: with the adopted run replaced, the next page is refused, not mixed.
        page = Page.reading(first, after)
        found = await store.list_standings(
            context.pool,
            context.rows("Standing"),
            wanted,
            page,
            count=info.asks_for("totalCount"),
            explain=info.asks_for("score"),
        )
        if found is None:
            return Page.empty(first)
        context.follow(info, found.contest_id, found.version)
        named = page.named(f"rankings {found.run_id} {wanted.city_id} {wanted.division_id}")
        return named.connect([(standing.position, standing) for standing in found.standings], found.matching)


def _wanted(round_id: strawberry.ID, run_id: strawberry.ID | None, only: RankingFilter) -> store.Wanted | None:
    """None when an id in it is none of ours: nothing can fit."""
    round_key, run = key_of(round_id, "Round"), key_of(run_id, "ScoringRun")
    city, division = key_of(only.city_id, "City"), key_of(only.division_id, "Division")
    pairs = ((round_id, round_key), (run_id, run), (only.city_id, city), (only.division_id, division))
    if round_key is None or any(text and key is None for text, key in pairs):
        return None
    return store.Wanted(round_key, run, city, division)
