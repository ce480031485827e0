"""Finding teams, and putting them together."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Info
from services.api.errors import Conflict, InvalidInput, NotAllowed, NotFound
from services.api.nodes import After, Connection, ContestId, First, GlobalId, Page, key_of
from services.api.teams import change, store
from services.api.teams.inputs import ConfirmTeamInput, ReopenTeamInput, SetTeamOfficialsInput
from services.api.teams.loaders import teams as teams_of_cities
from services.api.teams.types import Team


@strawberry.type(description="Leader and assistant are set. (已设置)")
class SetTeamOfficialsPayload:
    team: Team = strawberry.field(description="The team. (参赛队)")


@strawberry.type(description="The team is confirmed. (已确认)")
class ConfirmTeamPayload:
    team: Team = strawberry.field(description="The team. (参赛队)")


@strawberry.type(description="The team may be changed again. (已重新打开)")
class ReopenTeamPayload:
    team: Team = strawberry.field(description="The team. (参赛队)")


SetTeamOfficialsResult = Annotated[
    SetTeamOfficialsPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("SetTeamOfficialsResult", description="What setTeamOfficials answers. (设置领队与助理的结果)"),
]
ConfirmTeamResult = Annotated[
    ConfirmTeamPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("ConfirmTeamResult", description="What confirmTeam answers. (确认参赛队的结果)"),
]
ReopenTeamResult = Annotated[
    ReopenTeamPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ReopenTeamResult", description="What reopenTeam answers. (重新打开参赛队的结果)"),
]


@strawberry.type
class TeamQuery:
    @strawberry.field(description="The teams of a contest, city by city, as far as visible. (参赛队列表)")
    async def teams(
        self, info: Info, contest_id: ContestId, first: First = 50, after: After = None
    ) -> Connection[Team]:
        context, contest = info.context, key_of(contest_id, "Contest")
        if contest is None:
            return Page.empty(first)
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


@strawberry.type
class TeamMutation:
    @strawberry.mutation(description="Says who leads and who assists a city's team. (设置领队与助理)")
    async def set_team_officials(
        self,
        info: Info,
        input: Annotated[SetTeamOfficialsInput, strawberry.argument(description="Who. (输入)")],  # noqa: A002
    ) -> SetTeamOfficialsResult:
        city_id = key_of(input.city_id, "City")
        async with change.locked(info.context, "setTeamOfficials", city_id) as (connection, held):
            await change.set_officials(info.context, connection, held, input)
        return SetTeamOfficialsPayload(team=await _team(info, city_id))

    @strawberry.mutation(description="The leader confirms the team, once it is complete. (确认参赛队)")
    async def confirm_team(
        self,
        info: Info,
        input: Annotated[ConfirmTeamInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ConfirmTeamResult:
        city_id = key_of(input.city_id, "City")
        expected = input.expected_streamers
        keys = None if expected is None else {key_of(each, "Contestant") for each in expected}
        async with change.locked(info.context, "confirmTeam", city_id) as (connection, held):
            await change.confirm(info.context, connection, held, keys)
        return ConfirmTeamPayload(team=await _team(info, city_id))

    @strawberry.mutation(description="Opens a confirmed team again. (重新打开参赛队)")
    async def reopen_team(
        self,
        info: Info,
        input: Annotated[ReopenTeamInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> ReopenTeamResult:
        check_reason(input.reason)
        city_id = key_of(input.city_id, "City")
        async with change.locked(info.context, "reopenTeam", city_id) as (connection, held):
            await change.reopen(info.context, connection, held, input.reason)
        return ReopenTeamPayload(team=await _team(info, city_id))


async def _team(info: Info, city_id: UUID | None) -> Team:
    team: Team = await info.context.load("Team", city_id)
    return team
