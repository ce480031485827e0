"""Finding double entries, and deciding them."""

from typing import Annotated

import strawberry

from services.api.checks import check_reason
from services.api.contestants.locked import lock_person
from services.api.contestants.person import Person
from services.api.contestants.transfer import move
from services.api.context import Info
from services.api.double_entries import store
from services.api.double_entries.types import DoubleEntry
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.messages.store import Message, tell
from services.shared.registration.rules import Spot
from services.shared.vocabulary import DoubleEntryDecision, EntryWay


@strawberry.input(description="What becomes of somebody who was entered twice. (处理重复报名)")
class DecideDoubleEntryInput:
    id: strawberry.ID = strawberry.field(description="The double entry. (重复报名)")
    decision: DoubleEntryDecision = strawberry.field(description="Stays, or goes to the other place. (处理结果)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="It is decided. (已处理)")
class DecideDoubleEntryPayload:
    double_entry: DoubleEntry = strawberry.field(description="The double entry. (重复报名)")


DecideDoubleEntryResult = Annotated[
    DecideDoubleEntryPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DecideDoubleEntryResult", description="What decideDoubleEntry answers. (处理的结果)"),
]


@strawberry.type
class DoubleEntryQuery:
    @strawberry.field(description="Double entries, the newest first, as far as visible. (重复报名列表)")
    async def double_entries(
        self,
        info: Info,
        contest_id: ContestId,
        open: Annotated[  # noqa: A002
            bool | None, strawberry.argument(description="Only open ones, or only decided ones. (是否待处理)")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[DoubleEntry]:
        contest = key_of(contest_id, "Contest")
        if contest is None:
            return Page.empty(first)
        page = Page.of(f"double entries {contest} {open}", first, after)
        scope = info.context.rows("DoubleEntry")
        found, total = await store.list_double_entries(info.context.pool, scope, contest, page, is_open=open)
        return page.connect([(entry.uuid, entry) for entry in found], total)


@strawberry.type
class DoubleEntryMutation:
    @strawberry.mutation(description="Decides where somebody stands who was entered twice. (处理重复报名)")
    async def decide_double_entry(
        self,
        info: Info,
        input: Annotated[DecideDoubleEntryInput, strawberry.argument(description="The decision. (输入)")],  # noqa: A002
    ) -> DecideDoubleEntryResult:
        context = info.context
        entry: DoubleEntry = await context.acting_on("decideDoubleEntry", "DoubleEntry", input.id)
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "decideDoubleEntry", entry.contestant_id)
            if await store.is_decided(connection, entry.uuid):
                raise ConflictError("DOUBLE_ENTRY_DECIDED")
            await store.decide(connection, entry.uuid, input.decision, input.reason, context.viewer.user_id)
            if input.decision is DoubleEntryDecision.TRANSFERRED:
                spot = Spot(entry.city_id, entry.division_id, entry.way)
                await move(context, connection, person, spot, input.reason)
            await tell(connection, *_decided(entry, person, input.decision))
            await context.record(
                connection,
                Entry(
                    Action.DECIDE_DOUBLE_ENTRY,
                    "DoubleEntry",
                    entry.uuid,
                    entry.contest_id,
                    entry.city_id,
                    person.id,
                    changes={"decision": (None, input.decision.value)},
                    reason=input.reason,
                ),
            )
        await context.send_jobs()
        return DecideDoubleEntryPayload(double_entry=await context.load("DoubleEntry", entry.uuid))


def _decided(entry: DoubleEntry, person: Person, decision: DoubleEntryDecision) -> list[Message]:
    """To the city that has them and the one that entered them; to whoever registered themselves elsewhere in vain."""
    kept, event = decision is DoubleEntryDecision.KEPT, f"double entry decided {entry.uuid}"
    recommended = entry.way is EntryWay.RECOMMENDED
    cities = {person.spot.city_id, entry.city_id} if recommended else {person.spot.city_id}
    code = "DOUBLE_ENTRY_KEPT" if kept else "DOUBLE_ENTRY_MOVED"
    told = [Message(code, entry.contest_id, event, city_id=city) for city in sorted(cities)]
    if kept and not recommended:
        told.append(Message("YOUR_ENTRY_STAYS", entry.contest_id, event, contestant_id=person.id))
    return told
