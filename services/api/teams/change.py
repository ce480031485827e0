"""Changing a team: its contest is locked, what it is like now is read, and only then decided."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.api.context import Context
from services.api.errors import Conflict, ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from services.api.finalists.store import list_selected, policy_of
from services.api.teams import store
from services.api.teams.assemble import is_streamer, state_of
from services.api.teams.completeness import TeamState, missing
from services.api.teams.inputs import SetTeamOfficialsInput
from services.api.teams.officials import Officials, put_in
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Entry, Value
from services.shared.beijing import said
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.problems import Coded
from services.shared.vocabulary import SelectedPlace
from services.shared.words import Language, put


class TeamIncompleteError(ConflictError):
    """A team that lacks something cannot be confirmed; the message says everything that it lacks."""

    default_code = "TEAM_INCOMPLETE"

    def __init__(self, lacks: Sequence[Coded]) -> None:
        super().__init__(count=len(lacks))
        self.lacks = lacks

    def message(self, language: Language) -> str:
        return " ".join([super().message(language), *(put(one.code, one.parameters, language) for one in self.lacks)])

    def as_member(self, language: Language) -> Conflict:
        return Conflict(code=self.code, message=self.message(language))


@dataclass(frozen=True, slots=True)
class Held:
    """A team whose contest is locked: its row of `find_teams`, whom people selected, and what follows from both."""

    row: asyncpg.Record
    people: Sequence[asyncpg.Record]
    state: TeamState

    @property
    def streamers(self) -> list[asyncpg.Record]:
        return [one for one in self.people if one["selected_place"] == SelectedPlace.STREAMER]

    def entry(self, action: Action, changes: dict[str, tuple[Value, Value]], reason: str = "") -> Entry:
        contest_id, city_id = self.row["contest_id"], self.row["id"]
        return Entry(action, "Team", city_id, contest_id, city_id, changes=changes, reason=reason)


@asynccontextmanager
async def locked(context: Context, mutation: str, city_id: UUID | None) -> AsyncIterator[tuple[Connection, Held]]:
    """A transaction on a team that the viewer may change.

    Raises NotFoundError for one they may not see, NotAllowedError for one they only may see, ConflictError before
    finalists are selected.
    """
    scope = context.rows("Team")
    async with context.pool.acquire() as connection, connection.transaction():
        contest_id = await store.find_contest_of_city(connection, city_id) if city_id else None
        if city_id is None or contest_id is None or not scope.covers(contest_id, city_id):
            raise NotFoundError
        if not context.may(mutation).covers(contest_id, city_id):
            raise NotAllowedError
        await advance_version(connection, contest_id)
        rows = await store.find_teams(connection, scope, [city_id])
        policy = policy_of(rows[0]["document"]) if rows else None
        if not rows or policy is None or rows[0]["team_id"] is None:
            raise ConflictError("FINALISTS_NOT_SELECTED")
        people = await list_selected(connection, context.rows("Finalist"), [rows[0]["round_id"]], [city_id])
        yield connection, Held(rows[0], people, state_of(rows[0], people, policy, context.resources.vault))


async def set_officials(context: Context, connection: Connection, team: Held, asked: SetTeamOfficialsInput) -> None:
    row, vault = team.row, context.resources.vault
    if team.state.confirmed:
        raise ConflictError("TEAM_IS_CONFIRMED", city=row["name"])
    sealed = row["assistant_phone_sealed"]
    phone = vault.open(sealed, row["team_id"]) if sealed is not None else None
    now = Officials(row["leader_id"], row["assistant_name"], phone)
    leaders = {UUID(leader["id"]): leader["name"] for leader in row["leaders"]}
    after = put_in(asked, now, leaders)
    if after.phone and is_streamer(after.phone, team.streamers, vault):
        raise InvalidInputError("ASSISTANT_IS_STREAMER", field="assistantPhone")
    if after.assistant and after.leader_id and after.assistant == leaders.get(after.leader_id, row["leader_name"]):
        raise InvalidInputError("ASSISTANT_IS_LEADER", field="assistantName")
    if after.phone != now.phone:
        sealed = vault.seal(after.phone, row["team_id"]) if after.phone else None
    await store.set_officials(connection, row["team_id"], after.leader_id, after.assistant, sealed)
    await context.record(connection, team.entry(Action.SET_TEAM_OFFICIALS, _changes(now, after)))


def _changes(now: Officials, after: Officials) -> dict[str, tuple[Value, Value]]:
    """The assistant is no official account: name and number are personal."""
    changes: dict[str, tuple[Value, Value]] = {}
    if now.leader_id != after.leader_id:
        changes["leader"] = (
            None if now.leader_id is None else str(now.leader_id),
            None if after.leader_id is None else str(after.leader_id),
        )
    if now.assistant != after.assistant:
        changes["assistant"] = (now.assistant and HIDDEN, after.assistant and HIDDEN)
    if now.phone != after.phone:
        changes["assistant_phone"] = (now.phone and HIDDEN, after.phone and HIDDEN)
    return changes


async def confirm(
    context: Context, connection: Connection, team: Held, expected: Collection[UUID | None] | None
) -> None:
    row, state = team.row, team.state
    if row["leader_id"] is None and not state.confirmed:
        raise TeamIncompleteError(missing(state))
    if row["leader_id"] != context.viewer.user_id:
        raise NotAllowedError("TEAM_LEADER_ONLY")
    if state.confirmed:
        raise ConflictError("TEAM_IS_CONFIRMED", city=row["name"])
    if state.is_late:
        raise ConflictError("TEAM_TOO_LATE", until=said(state.deadline))
    if expected is not None and {one["id"] for one in team.streamers} != set(expected):
        raise ConflictError("TEAM_HAS_CHANGED")
    if lacks := missing(state):
        raise TeamIncompleteError(lacks)
    await store.confirm_team(connection, row["team_id"], context.viewer.user_id)
    numbers: Value = [str(one["number"]) for one in team.streamers]
    entry = team.entry(Action.CONFIRM_TEAM, {"confirmed": (False, True), "streamers": (None, numbers)})
    await context.record(connection, entry)
    event = f"confirmed {row['team_id']} {row['now'].isoformat()}"
    told = [Message("IN_CONFIRMED_TEAM", row["contest_id"], event, contestant_id=one["id"]) for one in team.streamers]
    await tell(connection, Message("TEAM_CONFIRMED", row["contest_id"], event, city_id=row["id"]), *told)


async def reopen(context: Context, connection: Connection, team: Held, reason: str) -> None:
    row = team.row
    if not team.state.confirmed:
        raise ConflictError("TEAM_NOT_CONFIRMED")
    await store.reopen_team(connection, row["team_id"], context.viewer.user_id, reason)
    await context.record(connection, team.entry(Action.REOPEN_TEAM, {"confirmed": (True, False)}, reason))
    event = f"reopened {row['team_id']} {row['now'].isoformat()}"
    await tell(connection, Message("TEAM_REOPENED", row["contest_id"], event, city_id=row["id"]))
