"""What becomes of an appeal, recorded and told; its contest is locked.

Organisers who work for a city read the record too. Of an objection it therefore says neither who filed it, nor whom it
is about, nor what was found: all that stands with the objection itself.
"""

from collections.abc import Mapping

from services.api.appeals import store
from services.api.context import Context
from services.api.rows import Row
from services.shared.appeal_vocabulary import AppealKind
from services.shared.audit.actions import Action
from services.shared.audit.store import Actor, Entry, Value
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell

UNNAMED = Actor(None, "objection")  # whoever objects, or takes an objection back


async def record_step(
    context: Context,
    connection: Connection,
    action: Action,
    row: Row,
    changes: Mapping[str, tuple[Value, Value]],
    *,
    reason: str = "",
    by_filer: bool = False,
) -> None:
    hidden = row["kind"] == AppealKind.OBJECTION
    entry = Entry(
        action,
        "Appeal",
        row["id"],
        row["contest_id"],
        city_id=None if hidden else row["city_id"],
        contestant_id=None if hidden else row["contestant_id"],
        changes={"number": (None, row["number"]), **changes},
        reason=reason,
    )
    await context.record(connection, entry, actor=UNNAMED if hidden and by_filer else None)


async def tell_handlers(connection: Connection, row: Row, code: str) -> None:
    """Every organiser who may know of it that it waits for one of them."""
    said: dict[str, str | int] = {"number": row["number"], "kind": row["kind"]}
    event = f"appeal {row['id']} {code} {row['decided_at'] or ''}"
    handlers = await store.find_handlers(connection, row["id"])
    await tell(connection, *(Message(code, row["contest_id"], event, said, user_id=each) for each in handlers))


async def tell_assigned(connection: Connection, row: Row) -> None:
    said: dict[str, str | int] = {"number": row["number"], "kind": row["kind"], "round": row["round_title"]}
    event = f"appeal {row['id']} assigned {row['assigned_at']}"
    await tell(connection, Message("APPEAL_ASSIGNED", row["contest_id"], event, said, user_id=row["assigned_to"]))


async def tell_decided(connection: Connection, row: Row) -> None:
    """The contestant and their city; whoever objects follows it by its number, for a message would name them."""
    if row["kind"] == AppealKind.OBJECTION:
        return
    said: dict[str, str | int] = {"number": row["number"], "verdict": row["verdict"], "round": row["round_title"]}
    event, contest_id = f"appeal {row['id']} decided", row["contest_id"]
    own = Message("APPEAL_DECIDED", contest_id, event, said, contestant_id=row["contestant_id"])
    whose = {**said, "contestant": row["contestant_number"]}
    await tell(connection, own, Message("APPEAL_DECIDED_IN_CITY", contest_id, event, whose, city_id=row["city_id"]))


async def tell_of_inquiry(connection: Connection, row: Row) -> None:
    """That figures are looked into: not why, nor that somebody asked for it. Once for each round."""
    said: dict[str, str | int] = {"round": row["round_title"]}
    event, contest_id = f"inquiry {row['round_id']} {row['contestant_id']}", row["contest_id"]
    own = Message("FIGURES_LOOKED_INTO", contest_id, event, said, contestant_id=row["contestant_id"])
    whose = {**said, "number": row["contestant_number"]}
    await tell(
        connection, own, Message("FIGURES_LOOKED_INTO_IN_CITY", contest_id, event, whose, city_id=row["city_id"])
    )
