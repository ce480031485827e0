"""Starting a run: what it is computed from is fixed here, once and for all.

Most of it is said by the contest's sequence number. What that cannot say is pinned: who takes part where the rules let
the finalists or the best of an earlier round in, and which runs of earlier rounds the rules carry over.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.rules.admission import Entry
from services.shared.rules.check import parse_rules
from services.shared.rules.model import Rules

queries = load(Path(__file__).with_name("queries.sql"))

_Rounds = Mapping[str, asyncpg.Record]  # by key


class CannotStartError(Exception):
    """What the run would be computed from is not there yet; `code` has its sentence in `words/`."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


class Pins(NamedTuple):
    """What no sequence number says of a run."""

    participants: Sequence[UUID] | None  # none: everybody approved
    carried_runs: Sequence[UUID]


async def start_run(
    connection: Connection, contest_id: UUID, round_id: UUID, *, reason: str, user: UUID | None
) -> UUID:
    """The next run of a round whose contest is locked, queued with its job. Raises CannotStartError."""
    found = await connection.fetchrow(queries.find_rules, round_id)
    if found is None:
        raise CannotStartError("ROUND_WITHOUT_RULES")
    pins = await pin(connection, contest_id, parse_rules(found["document"]))
    run_id = new_id()
    place = run_id, contest_id, round_id, found["id"]
    await connection.execute(queries.insert_run, *place, *pins, reason, user)
    await enqueue(connection, JobKind.RUN_SCORING, run_id)
    return run_id


async def pin(connection: Connection, contest_id: UUID, rules: Rules) -> Pins:
    """What these rules pin, as it is now. Raises CannotStartError."""
    keys = {*rules.carried_rounds, *([rules.entry.earlier_round] if rules.entry else ())}
    rows = await connection.fetch(queries.find_earlier_rounds, contest_id, sorted(keys))
    rounds = {row["key"]: row for row in rows}
    carried = [_adopted(rounds, key) for key in rules.carried_rounds]
    return Pins(await _participants(connection, rules.entry, rounds) if rules.entry else None, carried)


def _adopted(rounds: _Rounds, key: str) -> UUID:
    earlier = rounds.get(key)
    if earlier is None or earlier["adopted_run_id"] is None:
        raise CannotStartError("ROUND_WITHOUT_EARLIER_RESULT", round=earlier["title"] if earlier else key)
    run_id: UUID = earlier["adopted_run_id"]
    return run_id


async def _participants(connection: Connection, entry: Entry, rounds: _Rounds) -> Sequence[UUID]:
    if entry.finalists_of is not None:
        earlier = rounds.get(entry.finalists_of)
        selection = earlier["selection_id"] if earlier else None
        rows = await connection.fetch(queries.list_confirmed_finalists, selection) if selection else []
    else:
        run_id = _adopted(rounds, entry.earlier_round)
        last = entry.last_rank(await connection.fetchval(queries.count_valid_scores, run_id))
        rows = await connection.fetch(queries.list_best, run_id, last)
    if not rows:
        earlier = rounds.get(entry.earlier_round)
        raise CannotStartError("ROUND_WITHOUT_PARTICIPANTS", round=earlier["title"] if earlier else entry.earlier_round)
    return [row["contestant_id"] for row in rows]
