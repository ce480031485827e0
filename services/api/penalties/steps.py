"""What becomes of a penalty, recorded and told; its contest is locked."""

from services.api.context import Context
from services.api.penalties import store
from services.api.rows import Row
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.contests.store import next_sequence
from services.shared.database.pool import Connection
from services.shared.exact import plain
from services.shared.identity import new_id
from services.shared.messages.store import Message, tell, tell_organisers
from services.shared.problems import Parameters
from services.shared.rules.check import parse_rules
from services.shared.vocabulary import PenaltyState


async def record_proposal(context: Context, connection: Connection, row: Row) -> None:
    points = None if row["points"] is None else plain(row["points"])
    changes: dict[str, tuple[Value, Value]] = {"penalty": (None, row["kind"]), "item": (None, row["item"])}
    changes |= {"points": (None, points), "state": (None, PenaltyState.PROPOSED)}
    told = {name: change for name, change in changes.items() if change[1] is not None}
    await context.record(connection, _entry(Action.APPLY_PENALTY, row, told, row["reason"]))
    if row["penalties_need_two"] or not context.may("confirmPenalty").covers(row["contest_id"]):
        event, number = f"penalty {row['id']} proposed", row["number"]
        await tell_organisers(connection, "PENALTY_WAITS", row["contest_id"], event, {"number": number})


async def put_in_force(context: Context, connection: Connection, row: Row) -> None:
    """From the next sequence number on; whom it concerns is told."""
    sequence = await next_sequence(connection, row["contest_id"])
    await store.confirm(connection, row["id"], sequence, context.viewer.user_id)
    states = (PenaltyState.PROPOSED.value, PenaltyState.IN_FORCE.value)
    await context.record(connection, _entry(Action.CONFIRM_PENALTY, row, {"state": states}, ""))
    await _tell(connection, row, "PENALTY_IN_FORCE", "PENALTY_IN_CITY")


async def take_back(context: Context, connection: Connection, row: Row, reason: str) -> None:
    sequence = await next_sequence(connection, row["contest_id"])
    await store.revoke(connection, row["id"], sequence, context.viewer.user_id, reason)
    states = (PenaltyState.IN_FORCE.value, PenaltyState.REVOKED.value)
    await context.record(connection, _entry(Action.REVOKE_PENALTY, row, {"state": states}, reason))
    await _tell(connection, row, "PENALTY_TAKEN_BACK", "PENALTY_TAKEN_BACK_IN_CITY")


async def propose_revocation(context: Context, connection: Connection, row: Row, reason: str) -> None:
    """It stays in force until another person agrees; nobody outside knows before."""
    await store.propose_revocation(connection, row["id"], context.viewer.user_id, reason)
    await context.record(connection, _entry(Action.PROPOSE_REVOCATION, row, {}, reason))
    event, number = f"penalty {row['id']} revoking {new_id()}", row["number"]
    await tell_organisers(connection, "REVOCATION_WAITS_FOR_YOU", row["contest_id"], event, {"number": number})


async def keep_in_force(context: Context, connection: Connection, row: Row, reason: str) -> None:
    await store.decline_revocation(connection, row["id"])
    await context.record(connection, _entry(Action.DECLINE_REVOCATION, row, {}, reason))


async def decline(context: Context, connection: Connection, row: Row, reason: str) -> None:
    """A proposal that nobody but officials has seen: nobody is told."""
    await store.revoke(connection, row["id"], None, context.viewer.user_id, reason)
    states = (PenaltyState.PROPOSED.value, PenaltyState.REVOKED.value)
    await context.record(connection, _entry(Action.REVOKE_PENALTY, row, {"state": states}, reason))


def _entry(action: Action, row: Row, changes: dict[str, tuple[Value, Value]], reason: str) -> Entry:
    places = row["contest_id"], row["city_id"], row["contestant_id"]
    return Entry(action, "Penalty", row["id"], *places, changes=changes, reason=reason)


async def _tell(connection: Connection, row: Row, to_contestant: str, to_city: str) -> None:
    item = row["item"]
    title = None if item is None else parse_rules(row["document"]).items[item].title or item
    said: Parameters = {"round": row["round"], "what": title or "WHOLE_RESULT", "kind": row["kind"]}
    contest_id, event = row["contest_id"], f"penalty {row['id']} {to_contestant}"
    own = Message(to_contestant, contest_id, event, said, contestant_id=row["contestant_id"])
    city = Message(to_city, contest_id, event, {**said, "number": row["number"]}, city_id=row["city_id"])
    await tell(connection, own, city)
