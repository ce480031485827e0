"""Finding contestants."""

from typing import Annotated

import strawberry

from services.api.contestants.loaders import page_of
from services.api.contestants.mend import MendMutation
from services.api.contestants.store import Wanted
from services.api.contestants.training import TrainingMutation
from services.api.contestants.transfer import TransferMutation
from services.api.contestants.types import Contestant
from services.api.contestants.withdraw import WithdrawMutation
from services.api.context import Info
from services.api.nodes import After, Connection, ContestId, First, GlobalId, Page, key_of
from services.shared.vocabulary import Eligibility, ReviewStep


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class ContestantFilter:
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of this city. (市州)")
    division_id: strawberry.ID | None = strawberry.field(default=None, description="Of this division. (组别)")
    eligibility: Eligibility | None = strawberry.field(default=None, description="In this state. (资格认定)")
    waiting_at: ReviewStep | None = strawberry.field(
        default=None, description="Who waits for a decision at this step, and has not left. (待审环节)"
    )
    search: str | None = strawberry.field(
        default=None, description="Part of the name or handle, or the number. (姓名、账号或编号)"
    )


@strawberry.type
class ContestantQuery:
    @strawberry.field(description="Contestants by number, as far as the viewer may see them. (选手列表)")
    async def contestants(
        self,
        info: Info,
        contest_id: ContestId,
        filter: Annotated[  # noqa: A002
            ContestantFilter | None, strawberry.argument(description="Only these. (筛选)")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Contestant]:
        wanted = _wanted(contest_id, filter or ContestantFilter())
        if wanted is None:
            return Page.empty(first)
        return await page_of(info.context, wanted, first, after)

    @strawberry.field(description="A contestant. (选手)")
    async def contestant(self, info: Info, id: GlobalId) -> Contestant | None:  # noqa: A002
        key = key_of(id, "Contestant")
        contestant: Contestant | None = await info.context.load("Contestant", key)
        return contestant


def _wanted(contest_id: strawberry.ID, only: ContestantFilter) -> Wanted | None:
    """None when an id in it is none of ours: nothing can fit."""
    contest = key_of(contest_id, "Contest")
    city, division = key_of(only.city_id, "City"), key_of(only.division_id, "Division")
    if contest is None or (only.city_id and city is None) or (only.division_id and division is None):
        return None
    return Wanted(contest, city, division, only.eligibility, only.waiting_at, only.search or None)


@strawberry.type
class ContestantMutation(MendMutation, WithdrawMutation, TransferMutation, TrainingMutation):
    """What is done to people who are in."""
