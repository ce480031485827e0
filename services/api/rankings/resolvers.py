"""Who stands where."""

from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.nodes import After, Connection, First, Page, RoundId, key_of
from services.api.publications.standings import FilterArgument, find_published
from services.api.rankings import store
from services.api.rankings.types import RankingFilter, Standing

RunId = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The run; adopted or published when left out. (成绩核算)"),
]


@strawberry.type
class RankingQuery:
    @strawberry.field(description="The standings of a round by position, as far as the viewer may see them. (排名)")
    async def rankings(  # noqa: PLR0917  the arguments of the operation
        self,
        info: Info,
        round_id: RoundId,
        run_id: RunId = None,
        filter: FilterArgument = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Standing]:
        only = filter or RankingFilter()
        context, wanted = info.context, _wanted(round_id, run_id, only)
        if wanted is None:
            return Page.empty(first)
        # Whoever sees no run sees what is published, which is never kept: it appears by the clock, not by a version.
        # The run's name is part of the cursor: with the adopted run replaced, the next page is refused, not mixed.
        page = Page.reading(first, after)
        found = await store.list_standings(
            context.pool,
            context.runs("Standing"),
            wanted,
            page,
            count=info.asks_for("totalCount"),
            explain=info.asks_for("score"),
        )
        if found is None:
            return await find_published(info, wanted, only, first, after)
        context.follow(info, found.contest_id, found.version)
        named = page.named(f"rankings {found.run_id} {wanted.city_id} {wanted.division_id} {wanted.search}")
        return named.connect([(standing.position, standing) for standing in found.standings], found.matching)


def _wanted(round_id: strawberry.ID, run_id: strawberry.ID | None, only: RankingFilter) -> store.Wanted | None:
    """None when an id in it is none of ours: nothing can fit."""
    round_key, run = key_of(round_id, "Round"), key_of(run_id, "ScoringRun")
    city, division = key_of(only.city_id, "City"), key_of(only.division_id, "Division")
    pairs = ((round_id, round_key), (run_id, run), (only.city_id, city), (only.division_id, division))
    if round_key is None or any(text and key is None for text, key in pairs):
        return None
    return store.Wanted(round_key, run, city, division, only.search)
