"""A run takes whoever was approved when it was started, as they were then; what happens later changes nothing of it."""

from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.scorer.scoring_runs.verify import verify
from services.shared.database.pool import Pool
from services.shared.eligibility.store import close_approvals, open_approvals
from services.shared.storage import FileStore
from tests.factories import AContest, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do, tuples
from tests.scorer.files import works

LATER = {
    "returned": "update contestants set eligibility = 'RETURNED', review_step = 'CITY' where id = $1",
    "withdrawn": "update contestants set withdrawn_at = now() where id = $1",
    "transferred": "update contestants set city_id = (select id from cities where id <> city_id limit 1),"
    " division_id = (select id from divisions where id <> division_id limit 1) where id = $1",
    "under another handle": "update accounts set handle = 'zzz', handle_key = 'zzz', platform = 'KUAISHOU'"
    " where contestant_id = $1",
    "under another name": "update contestants set name = '另一个名字' where id = $1",
}


async def closed(database: Pool, contestant: UUID) -> None:
    async with database.acquire() as connection:
        now = await connection.fetchval("select clock_timestamp()")
        await close_approvals(connection, [contestant], now)


async def opened(database: Pool, contestant: UUID) -> None:
    async with database.acquire() as connection:
        now = await connection.fetchval("select clock_timestamp()")
        await open_approvals(connection, [contestant], now)


async def ranked(scorer: Scorer, contest: AContest) -> tuple[UUID, list[tuple[object, ...]]]:
    """A run, with who is in it, in which city."""
    run_id = await a_run(contest)
    await do(scorer, run_id)
    query = "select contestant_id, city_id from scores where run_id = $1 order by position"
    return run_id, await tuples(contest.pool, query, run_id)


@pytest.mark.parametrize("change", LATER.values(), ids=LATER)
async def test_what_becomes_of_somebody_later_leaves_a_run_as_it_was(
    scorer: Scorer, database: Pool, files: FileStore, change: str
) -> None:
    contest = await a_contest(database)
    accounts = [await an_account(contest, handle) for handle in ("ann", "bob")]
    for account, plays in zip(accounts, (900, 100), strict=True):
        content = works(("甲", "2021-07-21 08:00:00", plays))
        await do(scorer, await an_upload(contest, files, f"{account.handle}.csv", content, account=account))
    first, second = (account.contestant_id for account in accounts)
    city, other = contest.cities
    before, people = await ranked(scorer, contest)
    assert people == [(first, city), (second, city)]

    await database.execute(change, first)
    await closed(database, first)
    assert (await verify(database, before, scorer.vault)).holds
    after, people = await ranked(scorer, contest)
    assert people == [(second, city)]

    await opened(database, first)
    again, people = await ranked(scorer, contest)
    place = await database.fetchval("select city_id from contestants where id = $1", first)
    assert people == [(first, place), (second, city)]
    assert place == (other if "city_id" in change else city)
    for run in (before, after, again):
        assert (await verify(database, run, scorer.vault)).holds
