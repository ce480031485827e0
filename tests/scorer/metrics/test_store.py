"""What files say of account days, measure by measure, arrives at the metrics: nothing is not unknown."""

from datetime import UTC, datetime

import pytest

from services.sample.tables import Row, delimited
from services.scorer.context import Scorer
from services.scorer.metrics.store import Extent, load_figures
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import AccountMeasure
from services.shared.storage import FileStore
from tests.factories import EXPORTED_AT, AContest, a_contest, an_account, an_upload
from tests.scorer.doing import do

NET, VISITS = AccountMeasure.NET_FOLLOWERS, AccountMeasure.PROFILE_VISITS
Table = list[Row]


async def covered(database: Pool, contest: AContest) -> frozenset[AccountMeasure]:
    """The measures that the only contestant's files cover."""
    opens_at, closes_at = (datetime(2021, month, day, 16, tzinfo=UTC) for month, day in ((7, 19), (8, 31)))
    span = opens_at, closes_at, opens_at, EXPORTED_AT.replace(year=2022)
    async with database.acquire() as connection:
        extent = Extent(contest.id, contest.round_id, 99, datetime.now(UTC), *span)
        (figures,) = await load_figures(connection, extent)
    return figures.covered_measures


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
    assert await covered(database, contest) == expected
