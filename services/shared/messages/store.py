"""Messages: what somebody is told because something happened, once for each event."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.problems import Parameters

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Message:
    """For exactly one of a contestant, everyone who works for a city, or a user.

    `event` names what happened ("eligibility 0192…"): the same event is told to the same recipient once. `code` has its
    sentence in the section [messages] of `words/`; parameters are never personal.
    """

    code: str
    contest_id: UUID
    event: str
    parameters: Parameters = field(default_factory=dict)
    contestant_id: UUID | None = None
    city_id: UUID | None = None
    user_id: UUID | None = None


async def tell(connection: Connection, *messages: Message) -> None:
    """Keeps messages for their recipients; call it in the transaction of the event."""
    rows = [
        (
            new_id(),
            one.contest_id,
            one.event,
            one.code,
            one.parameters,
            one.user_id,
            one.city_id,
            one.contestant_id,
        )
        for one in messages
    ]
    await connection.executemany(queries.insert_message, rows)


async def tell_organisers(
    connection: Connection, code: str, contest_id: UUID, event: str, parameters: Parameters
) -> None:
    """Tells everybody who organises a contest that something waits for them."""
    organisers = await connection.fetch(queries.find_organisers, contest_id)
    await tell(connection, *(Message(code, contest_id, event, parameters, user_id=one["id"]) for one in organisers))


async def tell_cities(
    connection: Connection, contest_id: UUID, code: str, event: str, parameters: Parameters | None = None
) -> None:
    """Tells everyone who works for a city of the contest."""
    cities = [row["id"] for row in await connection.fetch(queries.find_cities, contest_id)]
    await tell(connection, *(Message(code, contest_id, event, parameters or {}, city_id=city) for city in cities))
