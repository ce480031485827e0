"""Withdrawing from the contest, and being transferred inside it."""

from dataclasses import replace
from uuid import UUID

from services.api.contestants import store
from services.api.contestants.coming_in import refusal
from services.api.contestants.person import Person
from services.api.context import Context
from services.api.errors import ConflictError, NotFoundError
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.problems import Problem
from services.shared.registration import store as registration
from services.shared.registration.rules import Room, Spot, division_problem
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep


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
    moved_city = spot.city_id != person.spot.city_id
    step = ReviewStep.CITY if moved_city and person.eligibility is Eligibility.PENDING else person.step
    await store.transfer(connection, person, spot, step)
    await registration.people_changed(connection, person.contest_id)
    await _tell(connection, person, spot)
    await context.record(connection, _entry(person, spot, reason))


async def _tell(connection: Connection, person: Person, spot: Spot) -> None:
    event, told = f"transferred {person.id} {person.now.isoformat()}", {"number": person.number}
    cities: dict[UUID, str] = {person.spot.city_id: "CONTESTANT_LEFT_CITY", spot.city_id: "CONTESTANT_TO_CITY"}
    if person.spot.city_id == spot.city_id:
        cities = {spot.city_id: "CONTESTANT_MOVED"}
    messages = [Message(code, person.contest_id, event, {**told}, city_id=city) for city, code in cities.items()]
    own = Message("YOU_WERE_TRANSFERRED", person.contest_id, event, {**told}, contestant_id=person.id)
    await tell(connection, own, *messages)


def _entry(person: Person, spot: Spot, reason: str) -> Entry:
    changes = {
        "city": (str(person.spot.city_id), str(spot.city_id)),
        "division": (str(person.spot.division_id), str(spot.division_id)),
        "entry_way": (person.spot.entry_way.value, spot.entry_way.value),
    }
    return Entry(
        Action.TRANSFER_CONTESTANT,
        "Contestant",
        person.id,
        person.contest_id,
        spot.city_id,
        person.id,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        reason=reason,
    )
