"""One file at a time: what counts, what is refused, what replaces what."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

from services.scorer.context import Scorer
from services.scorer.scoring_runs.verify import verify
from services.shared.database.pool import Pool
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from services.shared.vocabulary import Platform
from tests.factories import EXPORTED_AT, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import codes, do, row
from tests.scorer.files import kuaishou_orders, live_list, orders, works

WEEK = timedelta(days=7)


async def test_a_works_list_becomes_facts(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    content = works(('首播,"开场"', "2021-07-20 00:00:00", 100), ("赛前", "2021-07-19 23:59:59", 7))
    upload_id = await an_upload(contest, files, "作品列表导出.csv", content, account=zhang)

    await do(scorer, upload_id)

    upload = await row(database, "uploads", upload_id)
    assert (upload["state"], upload["kind"], upload["accepted_sequence"]) == ("ACCEPTED", "DOUYIN_WORKS", 1)
    assert (upload["rows_read"], upload["rows_new"], upload["rows_outside"]) == (2, 2, 1)
    work = await database.fetchrow("select * from works order by published_at desc limit 1")
    assert work is not None
    assert (work["title"], work["plays"], work["completion_rate"]) == ('首播,"开场"', 100, None)
    assert (work["published_at"], work["contestant_id"]) == (
        datetime.fromisoformat("2021-07-20T00:00:00+08:00"),
        zhang.contestant_id,
    )
    assert (work["sheet"], work["line"], work["exported_at"]) == ("", 2, EXPORTED_AT)
    assert await database.fetchval("select rows from coverage where source = 'WORKS'") == 2
    assert await database.fetchval("select sequence from contests") == 1


async def test_a_later_export_replaces_for_later_runs_only(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang, li = await an_account(contest, "zhangsan"), await an_account(contest, "lisi")
    first = works(("甲", "2021-07-21 08:00:00", 100), ("乙", "2021-07-22 08:00:00", 50))
    second = works(("甲(改名)", "2021-07-21 08:00:00", 400), ("乙", "2021-07-22 08:00:00", 50))
    await do(scorer, await an_upload(contest, files, "一.csv", first, account=zhang))
    others = works(("丙", "2021-07-21 08:00:00", 300))
    await do(scorer, await an_upload(contest, files, "二.csv", others, account=li))
    earlier = await a_run(contest)
    await do(scorer, earlier)
    later_file = await an_upload(contest, files, "三.csv", second, account=zhang, exported_at=EXPORTED_AT + WEEK)
    await do(scorer, later_file)
    later = await a_run(contest)
    await do(scorer, later)

    upload = await row(database, "uploads", later_file)
    assert (upload["rows_new"], upload["rows_replaced"], upload["rows_unchanged"]) == (0, 1, 1)
    totals = "select total from scores where run_id = $1 and contestant_id = $2"
    assert await database.fetchval(totals, earlier, zhang.contestant_id) == Decimal("30.00")  # 150 of 300 plays
    assert await database.fetchval(totals, later, zhang.contestant_id) == Decimal("60.00")  # 450 is the best
    assert (await verify(database, earlier)).holds
    assert (await verify(database, later)).holds


async def test_a_list_saved_again_without_seconds_replaces_and_brings_nothing_new(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    minute = "2021-07-21 08:00"
    told = [
        works(("甲", f"{minute}:10", 100), ("甲", f"{minute}:40", 200), ("乙", f"{minute}:40", 300)),
        works(("甲", minute, 100), ("甲", minute, 250), ("乙", minute, 300)),
        works(("甲", f"{minute}:10", 100), ("甲", f"{minute}:40", 250), ("丁", f"{minute}:50", 1)),
    ]
    found = []
    for number, content in enumerate(told):
        at = EXPORTED_AT + timedelta(days=number)
        upload_id = await an_upload(contest, files, "a.csv", content, account=account, exported_at=at)
        await do(scorer, upload_id)
        upload = await row(database, "uploads", upload_id)
        found.append((upload["rows_new"], upload["rows_replaced"], upload["rows_unchanged"]))
    assert found == [(3, 0, 0), (0, 1, 2), (1, 0, 2)]


async def test_the_order_of_arrival_does_not_matter(scorer: Scorer, database: Pool, files: FileStore) -> None:
    digests = []
    for names in (("early", "late"), ("late", "early")):
        contest = await a_contest(database)
        zhang = await an_account(contest, "zhangsan")
        for name in names:
            late = name == "late"
            content = works(("甲", "2021-07-21 08:00:00", 400 if late else 100))
            exported_at = EXPORTED_AT + WEEK if late else EXPORTED_AT
            await do(scorer, await an_upload(contest, files, name, content, account=zhang, exported_at=exported_at))
        run_id = await a_run(contest)
        await do(scorer, run_id)
        digests.append((await row(database, "scoring_runs", run_id))["digest"])
    assert digests[0] == digests[1]


async def test_the_same_content_counts_once(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    content = works(("甲", "2021-07-21 08:00:00", 100))
    uploads = [await an_upload(contest, files, f"{n}.csv", content, account=zhang) for n in range(2)]
    gb18030 = await an_upload(contest, files, "3.csv", content.decode("utf-8-sig").encode("gb18030"), account=zhang)

    await asyncio.gather(*(do(scorer, upload_id) for upload_id in uploads))
    await do(scorer, gb18030)

    rows = [await row(database, "uploads", upload_id) for upload_id in uploads]
    assert sorted(upload["state"] for upload in rows) == ["ACCEPTED", "DUPLICATE"]
    (accepted,) = [upload["id"] for upload in rows if upload["state"] == "ACCEPTED"]
    third = await row(database, "uploads", gb18030)
    assert {upload["duplicate_of"] for upload in [*rows, third]} == {None, accepted}
    assert third["state"] == "DUPLICATE"
    assert await database.fetchval("select count(*) from works") == 1
    assert await database.fetchval("select sequence from contests") == 1


async def test_a_withdrawn_file_no_longer_counts_but_earlier_runs_stand(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan", uid="7592255573464597541")
    sale = orders(("6917926768823643751", "2021-07-21 09:00:00", "28.90", "-", "7592255573464597541"))
    upload_id = await an_upload(contest, files, "订单.csv", sale, account=zhang)
    await do(scorer, upload_id)
    earlier = await a_run(contest)
    await do(scorer, earlier)

    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update uploads set withdrawn_reason = '传错了' where id = $1", upload_id)
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, upload_id)
    await do(scorer, upload_id)

    upload = await row(database, "uploads", upload_id)
    assert (upload["state"], upload["withdrawn_sequence"], upload["withdrawn_reason"]) == ("WITHDRAWN", 2, "传错了")
    for table in ("orders", "coverage", "order_days"):
        assert await database.fetchval(f"select array_agg(to_sequence) from {table}") == [2], table
    later = await a_run(contest)
    await do(scorer, later)
    total = "select total from scores where run_id = $1"
    assert await database.fetchval(total, earlier) == 40
    assert await database.fetchval(total, later) == 0
    assert (await verify(database, earlier)).holds
    assert (await verify(database, later)).holds
    again = await an_upload(contest, files, "订单.csv", sale, account=zhang)
    await do(scorer, again)
    assert (await row(database, "uploads", again))["state"] == "ACCEPTED"


async def test_another_accounts_file_is_refused_with_its_line(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    await an_account(contest, "lisi")
    content = live_list(("ZhangSan", "2021-07-21 08:00:00", "1"), ("lisi", "2021-07-22 08:00:00", "2"))
    upload_id = await an_upload(contest, files, "直播.csv", content, account=zhang)

    await do(scorer, upload_id)

    assert (await row(database, "uploads", upload_id))["state"] == "REFUSED"
    problem = await database.fetchrow("select * from upload_problems where upload_id = $1", upload_id)
    assert problem is not None
    assert (problem["code"], problem["line"], problem["parameters"]) == (
        "WRONG_ACCOUNT",
        3,
        {"account": "lisi", "count": 1},
    )
    assert await database.fetchval("select count(*) from live_sessions") == 0
    assert await database.fetchval("select count(*) from coverage") == 0


async def test_a_live_list_serves_several_streamers(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang, li = await an_account(contest, "zhangsan"), await an_account(contest, "lisi")
    at = "2021-07-21 08:00:00"
    upload_id = await an_upload(
        contest, files, "直播.csv", live_list(("zhangsan", at, "1"), ("lisi", at, "2"), ("x", at, "3"))
    )

    await do(scorer, upload_id)

    upload = await row(database, "uploads", upload_id)
    assert (upload["state"], upload["rows_new"], upload["rows_unclaimed"]) == ("ACCEPTED", 2, 1)
    assert await codes(database, upload_id) == ["UNKNOWN_ACCOUNT"]
    whose = await database.fetch("select contestant_id from live_sessions order by gross_sales")
    assert [found["contestant_id"] for found in whose] == [zhang.contestant_id, li.contestant_id]


async def test_a_file_that_names_nobody_needs_an_account(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    upload_id = await an_upload(contest, files, "a.csv", works(("甲", "2021-07-21 08:00:00", 1)))
    await do(scorer, upload_id)
    assert await codes(database, upload_id) == ["ACCOUNT_NEEDED"]


async def test_orders_of_an_unbound_uid_wait_and_count_once_it_is_bound(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    content = orders(
        ("1000000000000000001", "2021-07-21 23:59:59", "10.00", "-", "7592255573464597541"),
        ("1000000000000000002", "2021-07-22 00:00:00", "1,000.00", "退款成功", "7592255573464597541"),
        ("1000000000000000003", "", "7.00", "-", "7592255573464597541"),
        ("1000000000000000004", "2021-07-22 00:00:00", "5.00", "-", "0"),
    )
    upload_id = await an_upload(contest, files, "订单.csv", content)
    await do(scorer, upload_id)
    upload = await row(database, "uploads", upload_id)
    assert (upload["state"], upload["rows_new"], upload["rows_unclaimed"]) == ("ACCEPTED", 0, 4)
    assert await codes(database, upload_id) == ["UNCLAIMED_LINES", "OWNERLESS_LINES"]

    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update accounts set uid = '7592255573464597541' where id = $1", zhang.id)
        await enqueue(connection, JobKind.CLAIM_LINES, upload_id)
    await do(scorer, upload_id)

    upload = await row(database, "uploads", upload_id)
    assert (upload["rows_new"], upload["rows_unclaimed"], upload["rows_unchanged"]) == (3, 1, 0)
    days = await database.fetch("select day::text, orders, gross_sales, refunds from order_days order by day")
    assert [tuple(day) for day in days] == [("2021-07-21", 1, 10, 0), ("2021-07-22", 1, 1000, 1000)]
    assert await database.fetchval("select sequence from contests") == 2


async def test_ownerless_orders_go_to_the_stated_account_if_the_contest_says_so(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database, ownerless_orders="FOLDER_ACCOUNT")
    zhang = await an_account(contest, "zhangsan")
    content = orders(("1000000000000000004", "2021-07-22 00:00:00", "5.00", "-", "0"))
    await do(scorer, await an_upload(contest, files, "订单.csv", content, account=zhang))
    assert await database.fetchval("select contestant_id from orders") == zhang.contestant_id


async def test_an_order_line_counts_for_one_contestant_only(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    one = await an_account(contest, "one", platform=Platform.KUAISHOU)
    two = await an_account(contest, "two", platform=Platform.KUAISHOU)
    content = kuaishou_orders(("2021072100001", "2021-07-21 09:00:00", "9.90", "", ""))
    await do(scorer, await an_upload(contest, files, "一.csv", content, account=one))
    second = await an_upload(contest, files, "二.csv", content, account=two)

    await do(scorer, second)

    assert (await row(database, "uploads", second))["state"] == "REFUSED"
    assert await codes(database, second) == ["ORDER_COUNTED_ELSEWHERE"]
    assert await database.fetchval("select array_agg(contestant_id) from orders") == [one.contestant_id]
    assert await database.fetchval("select sequence from contests") == 1


async def test_a_file_from_the_future_is_refused(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    content, future = works(("甲", "2021-07-21 08:00:00", 1)), datetime.fromisoformat("2999-01-01T00:00:00+08:00")
    upload_id = await an_upload(contest, files, "a.csv", content, account=zhang, exported_at=future)
    await do(scorer, upload_id)
    assert await codes(database, upload_id) == ["EXPORTED_IN_FUTURE"]
    assert await database.fetchval("select count(*) from works") == 0
