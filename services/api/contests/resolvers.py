"""Finding contests, and making one."""

from typing import Annotated

import strawberry

from services.api.contests import store
from services.api.contests.inputs import CreateContestInput, check_contest
from services.api.contests.rounds import Round
from services.api.contests.types import City, Contest
from services.api.context import Info
from services.api.errors import Conflict, InvalidInput, InvalidRules, NotAllowed
from services.api.idempotency.store import recall, remember
from services.api.nodes import After, Connection, First, GlobalId, Page, key_of
from services.api.rules.resolvers import check_document
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.rules.check import RoundSetting


@strawberry.type(description="The contest was made. (已创建)")
class CreateContestPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


CreateContestResult = Annotated[
    CreateContestPayload | InvalidInput | InvalidRules | NotAllowed | Conflict,
    strawberry.union("CreateContestResult", description="What createContest answers. (创建赛事的结果)"),
]


@strawberry.type
class ContestQuery:
    @strawberry.field(description="All contests, the newest first. (赛事列表)")
    async def contests(self, info: Info, first: First = 50, after: After = None) -> Connection[Contest]:
        page = Page.of("contests", first, after)
        contests, total = await store.list_contests(info.context.pool, page)
        return page.connect([(contest.uuid, contest) for contest in contests], total)

    @strawberry.field(description="The contest of a slug. (赛事)")
    async def contest(
        self, info: Info, slug: Annotated[str, strawberry.argument(description="Its name in addresses. (网址名)")]
    ) -> Contest | None:
        return await store.find_contest_by_slug(info.context.pool, slug)

    @strawberry.field(description="A city. (市州)")
    async def city(self, info: Info, id: GlobalId) -> City | None:  # noqa: A002
        key = key_of(id, "City")
        city: City | None = await info.context.load("City", key)
        return city

    @strawberry.field(description="A round. (轮次)")
    async def round(self, info: Info, id: GlobalId) -> Round | None:  # noqa: A002
        key = key_of(id, "Round")
        found: Round | None = await info.context.load("Round", key)
        return found


@strawberry.type
class ContestMutation:
    @strawberry.mutation(description="Makes a contest from its data. (创建赛事)")
    async def create_contest(
        self,
        info: Info,
        input: Annotated[CreateContestInput, strawberry.argument(description="The contest. (赛事)")],  # noqa: A002
    ) -> CreateContestResult:
        context = info.context
        check_contest(input)
        divisions = frozenset(division.key for division in input.divisions)
        for round_ in input.rounds:
            if round_.rules is not None:
                earlier = frozenset(other.key for other in input.rounds if other.opens_at < round_.opens_at)
                setting = RoundSetting(round_.key, divisions, round_.exported_until, earlier)
                check_document(round_.rules, setting)
        async with context.pool.acquire() as connection, connection.transaction():
            contest_id = await recall(connection, context, "createContest", input.idempotency_key)
            if contest_id is None:
                contest_id = await store.insert_contest(connection, input, context.viewer.user_id)
                await remember(connection, context, "createContest", input.idempotency_key, contest_id)
                made = Entry(
                    Action.CREATE_CONTEST, "Contest", contest_id, contest_id, changes={"slug": (None, input.slug)}
                )
                await context.record(connection, made)
        return CreateContestPayload(contest=await context.load("Contest", contest_id))
