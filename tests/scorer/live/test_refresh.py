"""A ranking kept fresh: runs are started and adopted by themselves, and a failing one stops that visibly."""

from typing import Any

import pytest

from services.scorer.context import Scorer
from services.scorer.live.refresh import refresh_live
from services.shared.database.pool import Pool
from services.shared.storage import FileStore
from services.shared.vocabulary import Role
from tests.factories import RULES, AContest, APerson, a_contest, a_person, an_account, an_upload
from tests.scorer.doing import do, tuples
from tests.scorer.files import works

ADOPTED = """select r.number, a.reason, u.id is not null from adoptions a
join scoring_runs r on r.id = a.run_id left join users u on u.id = a.adopted_by order by a.adopted_at"""


async def a_live_round(database: Pool, rules: str = RULES) -> tuple[AContest, APerson]:
    contest = await a_contest(database, rules=rules)
    organiser = await a_person(database, Role.ORGANISER, contest)
    await database.execute(
        "insert into live_refreshes (round_id, contest_id, every_seconds, until, switched_by)"
        " values ($1, $2, 10, '2100-01-01+08', $3)",
        *(contest.round_id, contest.id, organiser.user_id),
    )
    return contest, organiser


async def the_last(database: Pool, column: str) -> Any:
    return await database.fetchval(f"select {column} from scoring_runs order by number desc limit 1")


async def test_what_comes_in_is_scored_and_adopted_for_the_organiser(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest, organiser = await a_live_round(database)
    account = await an_account(contest, "ann")
    await refresh_live(scorer)
    assert await the_last(database, "number") is None  # nothing came in yet
    content = works(("ann", "2021-07-21 08:00:00", 100))
    await do(scorer, await an_upload(contest, files, "ann.csv", content, account=account))
    await refresh_live(scorer)
    assert (await the_last(database, "number"), await the_last(database, "state")) == (1, "QUEUED")
    await refresh_live(scorer)  # waits for it
    await do(scorer, await the_last(database, "id"))
    await refresh_live(scorer)
    await refresh_live(scorer)  # nothing is left to do
    assert await tuples(database, ADOPTED) == [(1, "现场自动刷新", True)]
    assert await database.fetchval("select adopted_run_id from rounds") == await the_last(database, "id")
    recorded = "select login, user_id, action from audit_entries where action in ('START_SCORING_RUN', 'ADOPT_RUN')"
    assert await tuples(database, f"{recorded} order by id") == [
        ("scorer", organiser.user_id, "START_SCORING_RUN"),
        ("scorer", organiser.user_id, "ADOPT_RUN"),
    ]


@pytest.mark.parametrize("rules", [RULES.replace('missing = "zero"', 'missing = "block"')])
async def test_a_run_that_fails_stops_it_and_organisers_are_told(scorer: Scorer, database: Pool, rules: str) -> None:
    contest, organiser = await a_live_round(database, rules)
    await an_account(contest, "ann")
    await database.execute("update contests set sequence = 1")
    await refresh_live(scorer)
    await do(scorer, await the_last(database, "id"))
    await refresh_live(scorer)
    await refresh_live(scorer)
    assert await tuples(database, "select problem ->> 'code' from live_refreshes") == [("FIGURES_MISSING",)]
    assert await tuples(database, "select code, user_id from messages") == [("LIVE_REFRESH_STOPPED", organiser.user_id)]
    assert await the_last(database, "number") == 1


@pytest.mark.parametrize(
    "loss", ["delete from grants where user_id = $1", "update users set disabled_at = now() where id = $1"]
)
async def test_it_stops_when_whoever_switched_it_on_organises_no_longer(
    scorer: Scorer, database: Pool, loss: str
) -> None:
    contest, organiser = await a_live_round(database)
    other = await a_person(database, Role.ORGANISER, contest)
    await database.execute(loss, organiser.user_id)
    await database.execute("update contests set sequence = 1")
    await refresh_live(scorer)
    await refresh_live(scorer)
    assert await the_last(database, "number") is None
    assert await tuples(database, "select problem ->> 'code' from live_refreshes") == [("LIVE_REFRESH_FOR_NOBODY",)]
    assert await tuples(database, "select code, user_id from messages") == [("LIVE_REFRESH_STOPPED", other.user_id)]
