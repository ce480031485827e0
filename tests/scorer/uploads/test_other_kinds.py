"""The newer kinds of files on their way into the facts, and the counts of files with bad rows."""

from datetime import datetime
from decimal import Decimal

import pytest

from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.storage import FileStore
from services.shared.vocabulary import ImportPolicy, Platform
from tests.factories import EXPORTED_AT, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do, row, tuples
from tests.scorer.files import zipped
from tests.scorer.uploads.files import csv_bytes, xlsx_bytes

COUNTS = ("rows_read", "rows_new", "rows_replaced", "rows_unchanged", "rows_refused")
DAYS = [["日期", "播放量", "点赞量"], ["2021-07-21", "1,000", "-"], ["2021-07-22", "3000", "7"]]
PUBLISHED = datetime.fromisoformat("2021-07-21T14:11:20+08:00")


async def test_the_days_of_a_kuaishou_work_count_as_one_work(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    lisi = await an_account(contest, "lisi", platform=Platform.KUAISHOU)
    name = "作品数据分析明细表.xlsx"
    untold = await an_upload(contest, files, name, xlsx_bytes(DAYS), account=lisi)
    await do(scorer, untold)
    assert (await row(database, "uploads", untold))["state"] == "REFUSED"
    assert await tuples(database, "select code from upload_problems") == [("WORK_TIME_NEEDED",)]

    told = await an_upload(contest, files, name, xlsx_bytes(DAYS), account=lisi)
    await database.execute("update uploads set published_at = $2 where id = $1", told, PUBLISHED)
    await do(scorer, told)
    upload = await row(database, "uploads", told)
    assert (upload["state"], upload["kind"], *(upload[name] for name in COUNTS)) == (
        "ACCEPTED", "KUAISHOU_WORK_DAYS", 1, 1, 0, 0, 0)  # fmt: skip
    assert await tuples(database, "select published_at, plays, likes, comments from works") == [
        (PUBLISHED, 4000, 7, None)
    ]

    third_day = xlsx_bytes([*DAYS, ["2021-07-23", "500", "1"]])
    archive = zipped(("快手-lisi/作品数据分析明细表 发布时间2021-07-21 14.11.20.xlsx", third_day))
    week = EXPORTED_AT.replace(day=EXPORTED_AT.day + 1)
    await do(scorer, await an_upload(contest, files, "一周.zip", archive, exported_at=week))
    run_id = await a_run(contest)
    await do(scorer, run_id)
    replaced = "select rows_read, rows_replaced from uploads where parent_id is not null"
    assert await tuples(database, replaced) == [(1, 1)]
    assert await tuples(database, "select plays from works order by exported_at") == [(4000,), (4500,)]


async def test_live_history_becomes_sessions(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    lisi = await an_account(contest, "lisi", platform=Platform.KUAISHOU)
    table = [["开播时间", "直播时长(分钟)", "直播观众数", "在线人数峰值"], ["2021-07-21 19:00", "125", "2.1万", "--"]]
    await do(scorer, await an_upload(contest, files, "直播历史.csv", csv_bytes(table), account=lisi))
    told = "select minutes, viewers, peak_viewers, paid_sales from live_sessions"
    assert await tuples(database, told) == [(Decimal("125.00"), 21000, None, None)]


@pytest.mark.parametrize(
    ("policy", "state", "counts"),
    [
        (ImportPolicy.ALL_OR_NOTHING, "REFUSED", (4, 0, 0, 0, 4)),
        (ImportPolicy.GOOD_ROWS, "ACCEPTED", (4, 2, 0, 1, 1)),
    ],
)
async def test_good_rows_count_where_they_are_asked_for(
    scorer: Scorer, database: Pool, files: FileStore, policy: ImportPolicy, state: str, counts: tuple[int, ...]
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    good = [[name, f"2021-07-2{day} 08:00:00", "5", "1"] for name, day in (("甲", 1), ("乙", 2))]
    table = [["作品名称", "发布时间", "播放量", "点赞量"], *good, ["丙", "2021-07-23 08:00:00", "很多", "1"], good[1]]
    upload_id = await an_upload(contest, files, "作品列表.csv", csv_bytes(table), account=zhang, policy=policy)
    await do(scorer, upload_id)
    upload = await row(database, "uploads", upload_id)
    assert (upload["state"], tuple(upload[name] for name in COUNTS)) == (state, counts)
    assert await database.fetchval("select count(*) from works") == counts[1]
    problems = "select severity, code, line from upload_problems where severity = 'ERROR'"
    assert await tuples(database, problems) == [("ERROR", "VALUE_NOT_UNDERSTOOD", 4)]
