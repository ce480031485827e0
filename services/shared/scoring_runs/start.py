"""Starting a run: what it is computed from is fixed here, once and for all.

Most of it is said by the contest's sequence number. What that cannot say is pinned: who takes part where the rules let
the finalists or the best of an earlier round in, and which runs of earlier rounds the rules carry over.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from services.shared.database.pool import Connection
from services.shared.jobs import JobKind, enqueue
from services.shared.rules.admission import Entry
from services.shared.rules.check import parse_rules
from services.shared.rules.model import Rules
from services.shared.scoring_runs import store
from services.shared.scoring_runs.store import Pins

_Rounds = Mapping[str, asyncpg.Record]  # by key


class CannotStartError(Exception):
    """What the run would be computed from is not there yet; `code` has its sentence in `words/`."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


async def start_run(
    connection: Connection, contest_id: UUID, round_id: UUID, *, reason: str, user: UUID | None
) -> UUID:
    """The next run of a round whose contest is locked, queued with its job. Raises CannotStartError."""
    found = await store.find_rules(connection, round_id)
    if found is None:
        raise CannotStartError("ROUND_WITHOUT_RULES")
    pins = await pin(connection, contest_id, parse_rules(found["document"]))
    place = contest_id, round_id
    run_id = await store.add_run(connection, place, found["id"], pins, reason=reason, user=user)
    await enqueue(connection, JobKind.RUN_SCORING, run_id)
    return run_id


async def pin(connection: Connection, contest_id: UUID, rules: Rules) -> Pins:
    """What these rules pin, as it is now. Raises CannotStartError."""
    keys = {*rules.carried_rounds, *([rules.entry.earlier_round] if rules.entry else ())}
    rounds = await store.find_earlier_rounds(connection, contest_id, keys)
    carried = [_adopted(rounds, key) for key in rules.carried_rounds]
    return Pins(await _participants(connection, rules.entry, rounds) if rules.entry else None, carried)


def _adopted(rounds: _Rounds, key: str) -> UUID:
    earlier = rounds.get(key)
    if earlier is None or earlier["adopted_run_id"] is None:
        raise CannotStartError("ROUND_WITHOUT_EARLIER_RESULT", round=earlier["title"] if earlier else key)
    if earlier["kept_back"]:  # what comes of it would be shown
        raise CannotStartError("EARLIER_RESULT_KEPT_BACK", round=earlier["title"])
    run_id: UUID = earlier["adopted_run_id"]
    return run_id


async def _participants(connection: Connection, entry: Entry, rounds: _Rounds) -> Sequence[UUID]:
    if entry.finalists_of is not None:
        earlier = rounds.get(entry.finalists_of)
        selection = earlier["selection_id"] if earlier else None
        people = await store.list_confirmed_finalists(connection, selection) if selection else []
    else:
        run_id = _adopted(rounds, entry.earlier_round)
        last = entry.last_rank(await store.count_valid_scores(connection, run_id))
        people = await store.list_best(connection, run_id, last)
    if not people:
        earlier = rounds.get(entry.earlier_round)
        raise CannotStartError("ROUND_WITHOUT_PARTICIPANTS", round=earlier["title"] if earlier else entry.earlier_round)
    return people
