"""What becomes of a contest's export files once they are read: kept sealed, or deleted."""

from typing import Annotated

import strawberry

from services.api.contests.settings import set_contest
from services.api.contests.types import Contest
from services.api.context import Info
from services.api.errors import InvalidInput, NotAllowed, NotFound
from services.shared.audit.actions import Action
from services.shared.file_vocabulary import Originals


@strawberry.input(description="What is to become of export files once they are read. (原始文件的处理)")
class UpdateOriginalsInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    originals: Originals = strawberry.field(description="Kept sealed, or deleted for good. (处理方式)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.type(description="It holds from now on; what is to be deleted goes within seconds. (已修改)")
class UpdateOriginalsPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


UpdateOriginalsResult = Annotated[
    UpdateOriginalsPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("UpdateOriginalsResult", description="What updateOriginals answers. (修改原始文件处理的结果)"),
]


@strawberry.type
class OriginalsMutation:
    @strawberry.mutation(
        description="What becomes of export files once read; deleting takes those read before too. (原始文件的处理)"
    )
    async def update_originals(
        self,
        info: Info,
        input: Annotated[UpdateOriginalsInput, strawberry.argument(description="What, and why. (输入)")],  # noqa: A002
    ) -> UpdateOriginalsResult:
        done = "updateOriginals", Action.UPDATE_ORIGINALS
        contest = await set_contest(info.context, *done, input, originals=input.originals.value)
        return UpdateOriginalsPayload(contest=contest)
