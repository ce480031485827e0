"""Somebody was entered twice: kept for the organiser to decide, and told to the cities that it concerns."""

from uuid import UUID

from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell, tell_organisers
from services.shared.registration.rules import Person, Spot
from services.shared.registration.store import record_double_entry
from services.shared.vocabulary import EntryWay


async def keep_double_entry(
    connection: Connection, contest_id: UUID, person: Person, spot: Spot, by: UUID | None
) -> list[Entry]:
    """Keeps and tells that somebody who is in was entered at another spot; the caller records what is answered.

    Nothing happens when that is waiting to be decided already.
    """
    entry = await record_double_entry(connection, contest_id, person, spot, by)
    if entry is None:
        return []
    event, there = f"double entry {entry}", person.spot.city_id
    told = [Message("DOUBLE_ENTRY_FOUND", contest_id, event, {"number": person.number}, city_id=there)]
    if spot.city_id != there and spot.entry_way is EntryWay.RECOMMENDED:
        told.append(Message("DOUBLE_ENTRY_MADE", contest_id, event, city_id=spot.city_id))
    await tell(connection, *told)
    await tell_organisers(connection, "DOUBLE_ENTRY_TO_DECIDE", contest_id, event, {"number": person.number})
    return [Entry(Action.FIND_DOUBLE_ENTRY, "DoubleEntry", entry, contest_id, spot.city_id, person.id)]
