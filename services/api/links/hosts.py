"""Where the links of a contest may lead: data of the contest, as platforms get new names."""

from typing import Annotated

import strawberry

from services.api.contests.settings import set_contest
from services.api.contests.types import Contest
from services.api.context import Info
from services.api.errors import InvalidInput, NotAllowed, NotFound
from services.api.links.address import check_hosts
from services.shared.audit.actions import Action


@strawberry.input(description="Where links may lead from now on. (修改作品链接网址)")
class UpdateLinkHostsInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    hosts: list[str] = strawberry.field(description="All of them, each with the names below it. (网址)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="They hold from now on; links that are there stay. (已修改)")
class UpdateLinkHostsPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


UpdateLinkHostsResult = Annotated[
    UpdateLinkHostsPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("UpdateLinkHostsResult", description="What updateLinkHosts answers. (修改的结果)"),
]


@strawberry.type
class LinkHostMutation:
    @strawberry.mutation(description="Sets where links of works and replays may lead. (修改作品链接网址)")
    async def update_link_hosts(
        self,
        info: Info,
        input: Annotated[UpdateLinkHostsInput, strawberry.argument(description="Where, and why. (输入)")],  # noqa: A002
    ) -> UpdateLinkHostsResult:
        check_hosts("hosts", input.hosts)
        done = "updateLinkHosts", Action.UPDATE_LINK_HOSTS
        return UpdateLinkHostsPayload(contest=await set_contest(info.context, *done, input, link_hosts=input.hosts))
