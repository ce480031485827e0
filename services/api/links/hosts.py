"""Where the links of a contest may lead: data of the contest, as platforms get new names."""

from typing import Annotated

import strawberry

from services.api.checks import check_reason
from services.api.contests import store
from services.api.contests.types import Contest
from services.api.context import Info
from services.api.errors import InvalidInput, NotAllowed, NotAllowedError, NotFound, NotFoundError
from services.api.links.address import check_hosts
from services.api.nodes import key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import advance_version


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
        context, contest_id = info.context, key_of(input.contest_id, "Contest")
        check_reason(input.reason)
        check_hosts("hosts", input.hosts)
        if contest_id is None or await context.load("Contest", contest_id) is None:
            raise NotFoundError
        if not context.may("updateLinkHosts").covers(contest_id):
            raise NotAllowedError
        async with context.pool.acquire() as connection, connection.transaction():
            await advance_version(connection, contest_id)
            before = await store.write_link_hosts(connection, contest_id, input.hosts)
            done, changes = Action.UPDATE_LINK_HOSTS, {"hosts": (before, input.hosts)}
            entry = Entry(done, "Contest", contest_id, contest_id, changes=changes, reason=input.reason)
            await context.record(connection, entry)
        return UpdateLinkHostsPayload(contest=await context.load("Contest", contest_id))
