"""Setting when people may come in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason, check_window
from services.api.contests.types import Contest
from services.api.context import Info
from services.api.entry_windows import store
from services.api.errors import InvalidInput, NotAllowed, NotFound
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, stored
from services.shared.beijing import BEIJING, said
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.messages.store import tell_cities
from services.shared.registration.rules import Window
from services.shared.vocabulary import EntryWay

_TOLD = {  # by the way, and whether its beginning is known
    (EntryWay.RECOMMENDED, True): "ENTRY_WINDOW_RECOMMENDED",
    (EntryWay.RECOMMENDED, False): "ENTRY_WINDOW_RECOMMENDED_LATER",
    (EntryWay.SELF_REGISTERED, True): "ENTRY_WINDOW_SELF_REGISTERED",
    (EntryWay.SELF_REGISTERED, False): "ENTRY_WINDOW_SELF_REGISTERED_LATER",
}


@strawberry.input(description="When people may come in by a way from now on, and why it changes. (设置报名时间)")
class SetEntryWindowInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    entry_way: EntryWay = strawberry.field(description="The way. (报名方式)")
    opens_at: datetime | None = strawberry.field(
        default=None, description="From here on; none = to be announced, closed until then. (开始时间)"
    )
    closes_at: datetime = strawberry.field(description="From here on no longer. (截止时间)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="The window holds from now on. (已设置)")
class SetEntryWindowPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


SetEntryWindowResult = Annotated[
    SetEntryWindowPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("SetEntryWindowResult", description="What setEntryWindow answers. (设置报名时间的结果)"),
]


@strawberry.type
class EntryWindowMutation:
    @strawberry.mutation(description="Sets when people may come in by a way. (设置报名时间)")
    async def set_entry_window(
        self,
        info: Info,
        input: Annotated[SetEntryWindowInput, strawberry.argument(description="The window. (输入)")],  # noqa: A002
    ) -> SetEntryWindowResult:
        context = info.context
        contest_id = await context.acting_in("setEntryWindow", input.contest_id)
        check_window("closesAt", input.opens_at, input.closes_at)
        check_reason(input.reason)
        async with context.changing(contest_id) as connection:
            before = await store.set_window(connection, contest_id, input.entry_way, input.opens_at, input.closes_at)
            changes = {
                "opens_at": (stored(before.opens_at if before else None), stored(input.opens_at)),
                "closes_at": (stored(before.closes_at if before else None), stored(input.closes_at)),
                "entry_way": (input.entry_way.value, input.entry_way.value),
            }
            await context.record(
                connection,
                Entry(Action.SET_ENTRY_WINDOW, "Contest", contest_id, contest_id, changes=changes, reason=input.reason),
            )
            if before != Window(input.opens_at, input.closes_at):
                await _tell(connection, contest_id, input)
        return SetEntryWindowPayload(contest=await context.load("Contest", contest_id))


async def _tell(connection: Connection, contest_id: UUID, window: SetEntryWindowInput) -> None:
    told = {"closes": said(window.closes_at)}
    if window.opens_at is not None:
        told["opens"] = f"{window.opens_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    code = _TOLD[window.entry_way, window.opens_at is not None]
    await tell_cities(connection, contest_id, code, f"window {new_id()}", {**told})
