"""A contestant leaves the contest."""

from typing import Annotated

import strawberry

from services.api.checks import check_reason
from services.api.contestants import store
from services.api.contestants.locked import acts_as, lock_person
from services.api.contestants.person import Person
from services.api.contestants.settle import settle
from services.api.contestants.types import Contestant
from services.api.context import Context, Info
from services.api.decisions.viewers import ORGANISERS, OWN
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound
from services.api.nodes import key_of
from services.api.teams.broken import tell_of_broken_teams
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.registration import store as registration
from services.shared.vocabulary import EntryWay


@strawberry.input(description="Somebody leaves the contest. (退出)")
class WithdrawContestantInput:
    contestant_id: strawberry.ID = strawberry.field(description="Who. (选手)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="They have left; their place is free. (已退出)")
class WithdrawContestantPayload:
    contestant: Contestant = strawberry.field(description="The contestant. (选手)")


WithdrawContestantResult = Annotated[
    WithdrawContestantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("WithdrawContestantResult", description="What withdrawContestant answers. (退出的结果)"),
]


@strawberry.type
class WithdrawMutation:
    @strawberry.mutation(description="Somebody leaves the contest; the place is free, results stand. (退出比赛)")
    async def withdraw_contestant(
        self,
        info: Info,
        input: Annotated[WithdrawContestantInput, strawberry.argument(description="Who, and why. (输入)")],  # noqa: A002
    ) -> WithdrawContestantResult:
        context = info.context
        check_reason(input.reason)
        key = key_of(input.contestant_id, "Contestant")
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "withdrawContestant", key)
            person.check_holds_place()
            free = acts_as(context, ORGANISERS, person) or acts_as(context, OWN, person)
            recommended = person.spot.entry_way is EntryWay.RECOMMENDED
            if recommended and not free and await registration.is_list_locked(connection, person.spot.city_id):
                raise ConflictError("LIST_LOCKED")
            await store.withdraw(connection, person, input.reason)
            await registration.people_changed(connection, person.contest_id)
            await _tell_left(context, connection, person)
            changes = {"withdrawn": (False, True)}
            place = person.contest_id, person.spot.city_id
            entry = Entry.of_contestant(Action.WITHDRAW_CONTESTANT, person.id, *place, changes, input.reason)
            await context.record(connection, entry)
            await settle(context, connection, person, input.reason)
        return WithdrawContestantPayload(contestant=await context.load("Contestant", person.id))


async def _tell_left(context: Context, connection: Connection, person: Person) -> None:
    event, told = f"withdrawn {person.id} {person.now.isoformat()}", {"number": person.number}
    city = person.spot.city_id
    await tell(connection, Message("CONTESTANT_LEFT", person.contest_id, event, {**told}, city_id=city))
    if not acts_as(context, OWN, person):
        own = Message("YOU_WERE_WITHDRAWN", person.contest_id, event, {**told}, contestant_id=person.id)
        await tell(connection, own)
    await tell_of_broken_teams(connection, person.contest_id, [person.id], event)
