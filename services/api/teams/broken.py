"""Confirmed teams that somebody is missing from; told to the city and the organisers, who alone can open them again."""

from collections.abc import Sequence
from uuid import UUID

from services.api.teams import store
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell, tell_organisers


async def tell_of_broken_teams(
    connection: Connection, contest_id: UUID, contestants: Sequence[UUID], event: str
) -> None:
    """Of each of these contestants who is a streamer of a confirmed team and may compete for it no longer."""
    for row in await store.find_broken(connection, contestants):
        told, missing = {"number": row["number"], "city": row["city"]}, f"{event} streamer {row['number']}"
        await tell_organisers(connection, "TEAM_BROKEN", contest_id, missing, told)
        number = {"number": row["number"]}
        await tell(connection, Message("YOUR_TEAM_IS_BROKEN", contest_id, missing, number, city_id=row["city_id"]))
