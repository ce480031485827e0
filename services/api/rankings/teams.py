"""Which city's team stands where."""

from decimal import Decimal
from typing import Self
from uuid import UUID

import strawberry

from services.api.contests.types import City
from services.api.context import Info
from services.api.nodes import After, Connection, First, Page, RoundId
from services.api.rankings import store
from services.api.rankings.resolvers import RunId
from services.api.rankings.types import Standing
from services.api.rows import Row


@strawberry.type(description="A city's team in a run. (参赛队名次)")
class TeamStanding:
    run_id: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID]
    member_ids: strawberry.Private[list[UUID]]
    position: int = strawberry.field(description="1 … n, each once: the order of the list. (序号)")
    rank: int = strawberry.field(description="Place; equals share one. (名次)")
    total: Decimal = strawberry.field(description="Its points. (得分)")
    counted: int = strawberry.field(description="So many of the members, the best, make its points. (计入人数)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            run_id=row["run_id"],
            city_id=row["city_id"],
            member_ids=row["members"],
            position=row["position"],
            rank=row["rank"],
            total=row["total"],
            counted=row["counted"],
        )

    @strawberry.field(description="Whose team. (市州)")
    async def city(self, info: Info) -> City:
        city: City = await info.context.load("City", self.city_id)
        return city

    @strawberry.field(description="Its members, the best first. (队员)")
    async def members(self, info: Info) -> list[Standing]:
        loaded = [await info.context.load("Standing", key) for key in ((self.run_id, one) for one in self.member_ids)]
        return [standing for standing in loaded if standing is not None]


@strawberry.type
class TeamRankingQuery:
    @strawberry.field(description="The teams of a round by position, as far as visible. (参赛队排名)")
    async def team_rankings(
        self, info: Info, round_id: RoundId, run_id: RunId = None, first: First = 50, after: After = None
    ) -> Connection[TeamStanding]:
        context = info.context
        page = Page.reading(first, after)
        run = await store.find_shown_run(context, round_id, run_id)
        if run is None:
            return Page.empty(first)
        named = page.named(f"teams {run.id}")
        rows, total = await store.list_teams(context.pool, context.rows("Standing"), run.id, page)
        teams = [TeamStanding.of(row) for row in rows]
        return named.connect([(team.position, team) for team in teams], total)
