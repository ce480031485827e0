"""Being transferred inside the contest: to another city, division or way."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.contestants import store
from services.api.contestants.coming_in import refusal
from services.api.contestants.locked import lock_person
from services.api.contestants.person import Person
from services.api.contestants.settle import settle
from services.api.contestants.types import Contestant
from services.api.context import Context, Info
from services.api.eligibility.store import evidence_missing
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound, NotFoundError
from services.api.nodes import key_of
from services.api.teams.broken import tell_of_broken_teams
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.problems import Problem
from services.shared.registration import store as registration
from services.shared.registration.rules import Room, Spot, division_problem, moved
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep


@strawberry.input(description="Somebody goes elsewhere; what is left out stays. (调整市州、组别或报名方式)")
class TransferContestantInput:
    contestant_id: strawberry.ID = strawberry.field(description="Who. (选手)")
    city_id: strawberry.ID | None = strawberry.field(default=None, description="The other city. (市州)")
    division_id: strawberry.ID | None = strawberry.field(default=None, description="The other division. (组别)")
    entry_way: EntryWay | None = strawberry.field(default=None, description="The other way. (报名方式)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.type(description="They stand elsewhere now. (已调整)")
class TransferContestantPayload:
    contestant: Contestant = strawberry.field(description="The contestant. (选手)")


TransferContestantResult = Annotated[
    TransferContestantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("TransferContestantResult", description="What transferContestant answers. (调整的结果)"),
]


@strawberry.type
class TransferMutation:
    @strawberry.mutation(description="Transfers somebody inside the contest; quota and cap hold. (调整市州、组别)")
    async def transfer_contestant(
        self,
        info: Info,
        input: Annotated[TransferContestantInput, strawberry.argument(description="Who, where to. (输入)")],  # noqa: A002
    ) -> TransferContestantResult:
        context = info.context
        check_reason(input.reason)
        city_id, division_id = key_of(input.city_id, "City"), key_of(input.division_id, "Division")
        if (input.city_id and city_id is None) or (input.division_id and division_id is None):
            raise NotFoundError
        key = key_of(input.contestant_id, "Contestant")
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "transferContestant", key)
            there = person.spot
            spot = Spot(city_id or there.city_id, division_id or there.division_id, input.entry_way or there.entry_way)
            await move(context, connection, person, spot, input.reason)
        await context.send_jobs()
        return TransferContestantPayload(contestant=await context.load("Contestant", person.id))


def room_without(room: Room, person: Person, spot: Spot) -> Room:
    """The room at a spot as if somebody, who stands elsewhere, did not count there already."""
    there = person.spot
    same_division = there.division_id == spot.division_id
    in_quota = same_division and there.city_id == spot.city_id and there.entry_way is EntryWay.RECOMMENDED
    return replace(room, quota_taken=room.quota_taken - in_quota, cap_taken=room.cap_taken - same_division)


async def move(context: Context, connection: Connection, person: Person, spot: Spot, reason: str) -> None:
    """Transfers somebody; raises NotFoundError for a spot of another contest, ConflictError where there is no place."""
    person.check_holds_place()
    if spot == person.spot:
        raise ConflictError("TRANSFER_NOWHERE", number=person.number)
    division = await store.find_division(connection, person.contest_id, spot.division_id)
    if division is None or not await store.is_city_of(connection, person.contest_id, spot.city_id):
        raise NotFoundError
    room = room_without(await registration.find_room(connection, spot.city_id, spot.division_id), person, spot)
    problem: Problem | None = division_problem(division, spot.entry_way) or room.problem(spot.entry_way)
    if problem is not None:
        raise refusal(problem)
    elsewhere = spot[:2] != person.spot[:2]  # whoever waits is looked at again by the city for the other division too
    step = ReviewStep.CITY if elsewhere and person.eligibility is Eligibility.PENDING else person.step
    await store.transfer(connection, person, spot, step)
    await _check_evidence(connection, person, spot)
    await settle(context, connection, person, reason, to=spot)
    await registration.people_changed(connection, person.contest_id)
    await _tell(connection, person, spot)
    await context.record(connection, _entry(person, spot, reason))


async def _check_evidence(connection: Connection, person: Person, spot: Spot) -> None:
    """Somebody approved has what the other division demands; raises ConflictError."""
    if person.eligibility is Eligibility.APPROVED and spot.division_id != person.spot.division_id:
        titles = [title for _, title in await evidence_missing(connection, [person.id])]
        if titles:
            raise ConflictError("REVIEW_EVIDENCE_MISSING", count=1, who=f"{person.number} ({'、'.join(titles)})")


async def _tell(connection: Connection, person: Person, spot: Spot) -> None:
    event, told = f"transferred {person.id} {person.now.isoformat()}", {"number": person.number}
    cities: dict[UUID, str] = {person.spot.city_id: "CONTESTANT_LEFT_CITY", spot.city_id: "CONTESTANT_TO_CITY"}
    if person.spot.city_id == spot.city_id:
        cities = {spot.city_id: "CONTESTANT_MOVED"}
    messages = [Message(code, person.contest_id, event, {**told}, city_id=city) for city, code in cities.items()]
    own = Message("YOU_WERE_TRANSFERRED", person.contest_id, event, {**told}, contestant_id=person.id)
    await tell(connection, own, *messages)
    await tell_of_broken_teams(connection, person.contest_id, [person.id], event)


def _entry(person: Person, spot: Spot, reason: str) -> Entry:
    changes = moved(person.spot, spot)
    return Entry.of_contestant(Action.TRANSFER_CONTESTANT, person.id, person.contest_id, spot.city_id, changes, reason)
