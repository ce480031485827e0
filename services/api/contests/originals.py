"""What becomes of a contest's export files once they are read: kept sealed, or deleted."""

from typing import Annotated

import strawberry

from services.api.checks import check_reason
from services.api.contests import store
from services.api.contests.types import Contest
from services.api.context import Info
from services.api.errors import InvalidInput, NotAllowed, NotAllowedError, NotFound, NotFoundError
from services.api.nodes import key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import advance_version
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
        context = info.context
        check_reason(input.reason)
        contest_id = key_of(input.contest_id, "Contest")
        async with context.pool.acquire() as connection, connection.transaction():
            if contest_id is None or await store.find_contests(connection, [contest_id]) == [None]:
                raise NotFoundError
            if not context.may("updateOriginals").covers(contest_id):
                raise NotAllowedError
            await advance_version(connection, contest_id)
            before = await store.write_originals(connection, contest_id, input.originals)
            changes = {"originals": (before, input.originals.value)}
            what = Action.UPDATE_ORIGINALS, "Contest", contest_id
            await context.record(connection, Entry(*what, contest_id=contest_id, changes=changes, reason=input.reason))
        return UpdateOriginalsPayload(contest=await context.load("Contest", contest_id))
