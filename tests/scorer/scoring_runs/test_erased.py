"""A stored result still comes out the same after somebody in it was erased, and nothing shows who they were."""

from services.api.personal_data.store import erase
from services.sample.tables import delimited
from services.scorer.context import Scorer
from services.scorer.scoring_runs.verify import verify
from services.shared.database.pool import Pool
from services.shared.storage import FileStore
from tests.factories import a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do
from tests.scorer.files import works


async def test_a_result_with_an_erased_person_still_verifies(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    # Equal in everything: only the handle decides who stands first.
    for handle in ("zhao_first", "qian_second", "sun_third"):
        account = await an_account(contest, handle)
        content = works(("甲", "2021-07-21 08:00:00", 100), ("乙", f"2021-07-2{len(handle) % 10} 08:00:01", 7))
        await do(scorer, await an_upload(contest, files, f"{handle}.csv", content, account=account))
    run_id = await a_run(contest)
    await do(scorer, run_id)
    before = await database.fetchval("select digest from scoring_runs where id = $1", run_id)
    assert (await verify(database, run_id, scorer.vault)).holds
    async with database.acquire() as connection, connection.transaction():
        person = await connection.fetchrow(
            "select p.* from contestants p join accounts a on a.contestant_id = p.id where handle = 'zhao_first'"
        )
        assert person is not None
        await erase(connection, scorer.vault, person, "x")
    verdict = await verify(database, run_id, scorer.vault)
    assert (verdict.holds, verdict.computed_digest) == (True, before)
    for table in ("accounts", "approvals", "contestants", "uploads", "scores"):
        text = await database.fetchval(f"select string_agg(t::text, ' ') from {table} t")
        assert "zhao_first" not in text, table
        assert "qian_second" in text or table == "scores", table
    assert not (await verify(database, run_id)).holds  # the handle opens with the vault alone


async def test_works_that_titles_tell_apart_stay_apart_when_titles_are_erased(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    """投稿分析 tells of minutes: which work of a minute it means its title says."""
    contest = await a_contest(database)
    account = await an_account(contest, "zhao_first")
    heading = ["视频名称", "发布时间", "播放量", "5s完播率", "2s跳出率", "平均播放时长"]
    short = delimited([heading, ["丙", "2021-07-21 08:00", 900, "0.5", "0.25", "9.53"]])
    for name, content in (("列表.csv", works(("甲", "2021-07-21 08:00:31", 100))), ("分析.csv", short)):
        await do(scorer, await an_upload(contest, files, name, content, account=account))
    run_id = await a_run(contest)
    await do(scorer, run_id)
    async with database.acquire() as connection, connection.transaction():
        person = await connection.fetchrow("select * from contestants")
        assert person is not None
        await erase(connection, scorer.vault, person, "x")
    assert (await verify(database, run_id, scorer.vault)).holds
    titles = [row["title"] for row in await database.fetch("select title from works")]
    assert len(set(titles)) == 2
    assert not {"甲", "丙"} & set(titles)
