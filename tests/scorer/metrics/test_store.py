"""What files say of account days, measure by measure, arrives at the metrics: nothing is not unknown."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.sample.tables import Row, delimited
from services.scorer.context import Scorer
from services.scorer.metrics.figures import Figures
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


async def test_what_was_spent_on_promotion_is_read_where_rules_ask_for_it(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "zhangsan")
    headings = ["主播抖音号", "直播开始时间", "直播间成交金额", "投放消耗(店铺绑定)", "投放消耗(店铺被投)"]
    table = [headings, ["zhangsan", "2021-07-21 20:00:00", "100", "80.5", "20"]]
    await do(scorer, await an_upload(contest, files, "直播间列表.csv", delimited(table), account=account))
    metric = {"metric": "gross_sales", "source": "live_sessions", "share": 100, "scale": "as-is", "missing": "zero"}
    gate = {"title": "投放", "metric": "promotion_spend", "at_most": 50, "missing": "pass"}
    told = [
        (await figures_of(database, contest, rules)).live_sessions[0].promotion_spend
        for rules in (None, rules_with({"ONE": (100, [metric])}, gates=[gate]), rules_with({"ONE": (100, [metric])}))
    ]
    assert told == [Decimal("100.50"), Decimal("100.50"), None]
