"""Teams and awards of a run: stored with it, and recomputed when it is verified."""

from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.scorer.scoring_runs.verify import verify
from services.shared.awards.store import find_awards
from services.shared.database.pool import Pool
from services.shared.storage import FileStore
from tests.factories import AnAccount, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do, tuples
from tests.scorer.files import works

RULES = """
title = "决赛规则"
round = "qualifier"
places = { metric = 4, item = 2, total = 2 }
[items.SHORT_VIDEO]
weight = 100
[[items.SHORT_VIDEO.metrics]]
metric = "plays"
share = 100
scale = "ratio"
field = "round"
missing = "zero"
[teams]
score = "mean"
best_n = 2
[[awards]]
key = "BEST"
title = "金奖"
of = "person"
places = 1
tie_at_cut = "person decides"
[[awards]]
key = "TEAM"
title = "最佳参赛队"
of = "team"
places = 1
tie_at_cut = "all in"
"""


@pytest.fixture
async def people(scorer: Scorer, database: Pool, files: FileStore) -> dict[str, AnAccount]:
    """Ann and bob equal in two cities, cai of ann's city below them."""
    contest = await a_contest(database, rules=RULES)
    found = {}
    for handle, city, plays in (("ann", 0, 100), ("bob", 1, 100), ("cai", 0, 50)):
        found[handle] = await an_account(contest, handle, city=city)
        content = works((handle, "2021-07-21 08:00:00", plays))
        await do(scorer, await an_upload(contest, files, f"{handle}.csv", content, account=found[handle]))
    await do(scorer, await a_run(contest))
    return found


async def the_run(database: Pool) -> UUID:
    run_id: UUID = await database.fetchval("select id from scoring_runs where state = 'SCORED'")
    return run_id


async def test_teams_and_awards_are_stored_with_the_run(database: Pool, people: dict[str, AnAccount]) -> None:
    teams = "select name, team_scores.position, rank, total, counted, cardinality(members) from team_scores"
    assert await tuples(database, f"{teams} join cities on cities.id = city_id order by team_scores.position") == [
        ("恩施州", 1, 1, 100, 1, 1),
        ("武汉市", 2, 2, 75, 2, 2),
    ]
    async with database.acquire() as connection:
        best, team = await find_awards(connection, await the_run(database))
    assert (best.title, best.winners, {one.contestant_id for one in best.tied}, best.seats) == (
        "金奖",
        [],
        {people["ann"].contestant_id, people["bob"].contestant_id},
        1,
    )
    assert [(one.contestant_id, one.place) for one in team.winners] == [(None, 1)]


@pytest.mark.parametrize(
    "tampering",
    [
        "update team_scores set total = 99 where rank = 2",
        "delete from team_scores where rank = 2",
        "update team_scores set members = members[1:1] where rank = 2",
        "update awards set city_id = (select city_id from team_scores where rank = 2) where contestant_id is null",
        "delete from awards where seats is null",
        "update awards set seats = null where position = 1",
    ],
)
async def test_a_row_changed_behind_our_back_is_found(
    database: Pool, people: dict[str, AnAccount], tampering: str
) -> None:
    run_id = await the_run(database)
    assert (await verify(database, run_id)).holds
    assert await database.execute(tampering) in ("UPDATE 1", "DELETE 1")
    verdict = await verify(database, run_id)
    assert not verdict.holds
    assert verdict.first_difference is not None
