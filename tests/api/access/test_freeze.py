"""Behind a freeze: a run is made and adopted, and no answer to anybody but organisers changes by a byte. What is asked
is made from the schema, for the run that is kept back too, before it is there and after."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from starlette.applications import Starlette

from services.api.schema import core_of
from services.shared.audit.actions import Action
from services.shared.audit.store import SCORER, Entry, record
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.scoring_runs.store import adopt_run
from tests.api.access.planted import THERE, Planted, plant
from tests.api.access.shapes import Ids
from tests.api.access.viewers import Asker, viewer_of
from tests.api.access.walks import Walk, walks
from tests.api.conftest import gid
from tests.factories import AnAccount, a_scored_run

AS_OF = re.compile(r'"asOf": "[^"]*"')
RUN = """query ($round: ID!) {
  round(id: $round) { adoptedRun { id } } rankings(roundId: $round) { nodes { id } } }"""


@pytest.fixture
async def planted(app: Starlette, database: Pool) -> Planted:
    return await plant(database)


async def adopt_behind(pool: Pool, planted: Planted, run_id: UUID) -> None:
    """A run of this id with everything that hangs on one, adopted and recorded."""
    people = [AnAccount(each.account_id, each.id, each.handle) for each in planted.people.values()]
    await a_scored_run(planted.contest, people, run_id=run_id)
    async with pool.acquire() as connection, connection.transaction():
        for city, person in planted.people.items():
            place, position = planted.contest.cities[city], city + 1
            await connection.execute(
                "insert into team_scores values ($1, $2, $3, $3, 1, 1, $4)", run_id, place, position, [person.id]
            )
            await connection.execute(
                "insert into awards values ($1, $2, 'GOLD', 'GOLD', $3, $4, 1, null)",
                run_id,
                position,
                place,
                person.id,
            )
        await adopt_run(connection, planted.contest.round_id, run_id, "封榜期间", None)
        adopted = Entry(Action.ADOPT_RUN, "Round", planted.contest.round_id, planted.contest.id)
        started = Entry(Action.START_SCORING_RUN, "ScoringRun", run_id, planted.contest.id)
        await record(connection, SCORER, adopted, started)


async def ask_all(asker: Asker, ways: list[Walk]) -> list[str]:
    """The answers, but for the moment that a city's status is of: that is always now."""
    answers = [json.dumps(await asker.ask(way.document("query"), **way.values), ensure_ascii=False) for way in ways]
    return [AS_OF.sub("", answer) for answer in answers]


@pytest.mark.parametrize("kind", ["judge", "auditor", "leader"])
async def test_nothing_gives_away_what_is_adopted_behind_a_freeze(
    app: Starlette, database: Pool, planted: Planted, kind: str
) -> None:
    kept = new_id()
    asker = Asker(app, await viewer_of(database, planted, kind))
    organiser = Asker(app, await viewer_of(database, planted, "organiser"))
    query = core_of(asker.schema).query_type
    assert query is not None
    # The record's head tells how long it is; an appeal is followed by its secret, which counts the attempts.
    untold = ("auditHead", "appeal(")
    ways = [
        each for each in walks(query, Ids(planted, hidden=True)) if not any(one in each.selection for one in untold)
    ]
    planted.keys[THERE]["scoring_runs"] = kept
    of_kept = [each for each in walks(query, Ids(planted, hidden=True)) if gid("ScoringRun", kept) in str(each.values)]
    assert len(of_kept) > 20
    round_id = planted.contest.round_id
    await database.execute("update rounds set frozen_from = now() where id = $1", round_id)
    shown = await organiser.ask(RUN, round=gid("Round", round_id))
    before = await ask_all(asker, [*ways, *of_kept])

    await adopt_behind(database, planted, kept)

    after = await ask_all(asker, [*ways, *of_kept])
    different: list[Any] = [
        (way.selection, was, now) for way, was, now in zip([*ways, *of_kept], before, after, strict=True) if was != now
    ]
    assert different == []
    seen = await organiser.ask(RUN, round=gid("Round", round_id))
    assert seen["data"]["round"]["adoptedRun"] == {"id": gid("ScoringRun", kept)}
    assert seen["data"]["rankings"] != shown["data"]["rankings"]
