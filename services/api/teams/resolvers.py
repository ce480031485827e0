"""Finding teams."""

import strawberry

from services.api.contestants.resolvers import ContestId
from services.api.contests.resolvers import GlobalId
from services.api.context import Info
from services.api.nodes import After, Connection, First, Page, key_of
from services.api.teams import store
from services.api.teams.loaders import teams as teams_of_cities
from services.api.teams.types import Team


@strawberry.type
class TeamQuery:
    @strawberry.field(description="The teams of a contest, city by city, as far as visible. (参赛队列表)")
    async def teams(
        self, info: Info, contest_id: ContestId, first: First = 50, after: After = None
    ) -> Connection[Team]:
        context, contest = info.context, key_of(contest_id, "Contest")
        if contest is None:
            return Page.of("nothing", first, None).connect([], 0)
        page = Page.of(f"teams {contest}", first, after)
        places, total = await store.list_teams(context.pool, context.rows("Team"), contest, page)
        found = await teams_of_cities(context, [city for _, city in places])
        pairs = [(place, team) for (place, _), team in zip(places, found, strict=True) if team is not None]
        return page.connect(pairs, total)

    @strawberry.field(description="A team. (参赛队)")
    async def team(self, info: Info, id: GlobalId) -> Team | None:  # noqa: A002
        key = key_of(id, "Team")
        team: Team | None = await info.context.load("Team", key)
        return team
