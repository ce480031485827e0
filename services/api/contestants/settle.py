"""What becomes of the double entries of whoever leaves or goes elsewhere."""

from services.api.contestants import store
from services.api.contestants.person import Person
from services.api.context import Context
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.registration.rules import Spot


async def settle(
    context: Context, connection: Connection, person: Person, reason: str, *, to: Spot | None = None
) -> None:
    """Nobody needs to decide any more on the double entry `to` which somebody goes, on any of somebody who leaves."""
    settled = await store.settle_double_entries(connection, person, to, reason, context.viewer.user_id)
    entries = [
        Entry(
            Action.DECIDE_DOUBLE_ENTRY,
            "DoubleEntry",
            row["id"],
            person.contest_id,
            row["city_id"],
            person.id,
            changes={"decision": (None, row["decision"])},
            reason=reason,
        )
        for row in settled
    ]
    await context.record(connection, *entries)
