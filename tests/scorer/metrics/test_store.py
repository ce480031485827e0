"""What files say of account days, measure by measure, arrives at the metrics: nothing is not unknown."""

from datetime import UTC, date, datetime

import pytest

from services.sample.tables import Row, delimited
from services.scorer.context import Scorer
from services.scorer.metrics.figures import AccountDays, Figures, day_number
from services.scorer.metrics.store import Extent, load_figures
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import AccountMeasure
from services.shared.rules.model import Rules
from services.shared.storage import FileStore
from tests.factories import EXPORTED_AT, AContest, a_contest, an_account, an_upload
from tests.scorer.contestants import rules_with
from tests.scorer.doing import do

NET, VISITS = AccountMeasure.NET_FOLLOWERS, AccountMeasure.PROFILE_VISITS
Table = list[Row]


async def figures_of(database: Pool, contest: AContest, rules: Rules | None = None) -> Figures:
    """Of the only contestant."""
    opens_at, closes_at = (datetime(2021, month, day, 16, tzinfo=UTC) for month, day in ((7, 19), (8, 31)))
    span = opens_at, closes_at, opens_at, EXPORTED_AT.replace(year=2022)
    async with database.acquire() as connection:
        extent = Extent(contest.id, contest.round_id, 99, datetime.now(UTC), *span)
        ((figures,),) = [slice_ async for slice_ in load_figures(connection, extent, rules)]
    return figures


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ([[["日期", "主页访问"], ["2021-07-21", "3"]]], {VISITS}),
        ([[["日期", "净增粉丝"]], [["日期", "主页访问"], ["2021-07-21", "3"]]], {NET, VISITS}),
        ([[["日期", "净增粉丝"]]], {NET}),
        ([[["日期", "净增粉丝", "主页访问"], ["2021-07-21", "-", "3"]]], {VISITS}),
        ([[["日期", "净增粉丝"], ["2021-07-21", "-"]]], set()),
    ],
    ids=["another measure", "empty beside another", "empty", "left out beside another", "left out"],
)
async def test_a_measure_is_covered_by_a_value_or_by_an_empty_file_of_it(
    scorer: Scorer, database: Pool, files: FileStore, tables: list[Table], expected: set[AccountMeasure]
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "zhangsan")
    for table in tables:
        await do(scorer, await an_upload(contest, files, "数据表现.csv", delimited(table), account=account))
    assert await database.fetchval("select count(*) from uploads where state = 'ACCEPTED'") == len(tables)
    assert (await figures_of(database, contest)).covered_measures == expected


async def test_figures_come_in_the_units_of_their_columns(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "zhangsan")
    sessions = ["主播抖音号", "直播开始时间", "直播时长(分钟)", "直播间观看次数", "直播间成交金额"]
    sessions += ["投放消耗(店铺绑定)", "投放消耗(店铺被投)"]
    works = ["作品名称", "发布时间", "审核状态", "播放量", "完播率", "点赞量"]
    tables = {
        "直播间列表.csv": [sessions, ["zhangsan", "2021-07-21 23:59:59", "90.5", "30", "1000000.09", "80.5", "20"]],
        "作品列表.csv": [works, ["一", "2021-07-21 00:00:00", "公开", "9", "0.123456", "1"]],
        "数据表现.csv": [["日期", "总粉丝量"], ["2021-07-21", "1.2万"]],
    }
    for name, table in tables.items():
        await do(scorer, await an_upload(contest, files, name, delimited(table), account=account))
    of, day = await figures_of(database, contest), [day_number(date(2021, 7, 21))]
    seen = of.live_sessions
    assert (seen.day, seen.minutes, seen.views, seen.orders) == (day, [9050], [30], [None])
    assert (seen.gross_sales, seen.promotion_spend, seen.net_sales) == ([100_000_009], [10_050], [None])
    assert (of.works.day, of.works.plays, of.works.completion_rate) == (day, [9], [123_456])
    assert of.account_days == {AccountMeasure.TOTAL_FOLLOWERS: AccountDays(day, [12_000])}


async def test_only_the_account_days_that_rules_measure_are_read(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "zhangsan")
    table = [["日期", "净增粉丝", "主页访问"], ["2021-07-21", "-5", "3"]]
    await do(scorer, await an_upload(contest, files, "数据表现.csv", delimited(table), account=account))
    metric = {"metric": "net_follower_gain", "share": 100, "scale": "as-is", "missing": "zero"}
    told = [
        {measure: days.value for measure, days in (await figures_of(database, contest, rules)).account_days.items()}
        for rules in (None, rules_with({"ONE": (100, [metric])}))
    ]
    assert told == [{NET: [-5], VISITS: [3]}, {NET: [-5]}]
