"""Which files count, and which of several exports of the same thing: whatever the order in which they come."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from services.scorer.context import Scorer
from services.scorer.scoring_runs.verify import verify
from services.shared.database.pool import Pool
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from tests.factories import EXPORTED_AT, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do, row, tuples
from tests.scorer.files import orders, works, zipped

AT = "2021-07-21 08:00:00"
DAY = timedelta(days=1)
UNSTATED = "update uploads set exported_at_stated = false where id = $1"


@pytest.mark.parametrize("order", [*permutations(range(3))])
async def test_equal_figures_of_a_later_export_win_in_any_order_of_arrival(
    scorer: Scorer, database: Pool, files: FileStore, order: tuple[int, ...]
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    await do(
        scorer, await an_upload(contest, files, "b.csv", works(("乙", AT, 200)), account=await an_account(contest, "b"))
    )
    for number in order:  # 100 plays, then 90, then 100 again: the platform took some back and gave them again
        content = works(("甲", AT, (100, 90, 100)[number]))
        exported_at = EXPORTED_AT + number * DAY
        upload_id = await an_upload(contest, files, "a.csv", content, account=account, exported_at=exported_at)
        await do(scorer, upload_id)
        assert (await row(database, "uploads", upload_id))["state"] == "ACCEPTED"
    run_id = await a_run(contest)
    await do(scorer, run_id)
    total = "select total from scores where run_id = $1 and contestant_id = $2"
    assert await database.fetchval(total, run_id, account.contestant_id) == Decimal("30.00")


async def test_equal_figures_count_once_they_are_exported_in_the_rounds_span(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    await database.execute("update rounds set exported_from = '2021-09-01+08'")
    for at in ("2021-08-01T10:00:00+08:00", "2021-09-05T10:00:00+08:00"):
        exported_at = datetime.fromisoformat(at)
        upload = await an_upload(
            contest, files, "a.csv", works(("甲", AT, 100)), account=account, exported_at=exported_at
        )
        await do(scorer, upload)
    run_id = await a_run(contest)
    await do(scorer, run_id)
    assert await database.fetchval("select total from scores where run_id = $1", run_id) == Decimal("60.00")


async def test_where_nobody_said_when_equal_figures_are_a_duplicate(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    states = []
    for number in range(2):
        exported_at = EXPORTED_AT + number * DAY  # the moment of the upload
        upload = await an_upload(
            contest, files, "a.csv", works(("甲", AT, 100)), account=account, exported_at=exported_at
        )
        await database.execute(UNSTATED, upload)
        await do(scorer, upload)
        states.append((await row(database, "uploads", upload))["state"])
    assert states == ["ACCEPTED", "DUPLICATE"]


async def test_a_file_of_several_accounts_counts_once(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    for handle, uid in (("first", "111"), ("second", "222")):
        await an_account(contest, handle, uid=uid)
    shop = orders(("1001", AT, "10.00", "-", "111"), ("1002", AT, "20.00", "-", "222"))
    uploads = [await an_upload(contest, files, f"{number}.csv", shop) for number in range(2)]
    for upload_id in uploads:
        await do(scorer, upload_id)
    second = await row(database, "uploads", uploads[1])
    assert (second["state"], second["duplicate_of"]) == ("DUPLICATE", uploads[0])
    assert await database.fetchval("select count(*) from orders") == 2


async def test_with_and_without_its_account_a_file_counts_no_figure_twice(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    digests = []
    for with_both in (False, True):
        contest = await a_contest(database)
        account = await an_account(contest, "first", uid="111")
        sale = orders(("1001", AT, "10.00", "-", "111"))
        await do(scorer, await an_upload(contest, files, "订单.csv", sale, account=account))
        if with_both:
            await do(scorer, await an_upload(contest, files, "订单.csv", sale))
        run_id = await a_run(contest)
        await do(scorer, run_id)
        digests.append((await row(database, "scoring_runs", run_id))["digest"])
    sums = "select order_lines, gross_sales from order_days where to_sequence is null"
    assert await tuples(database, sums) == [(1, 10), (1, 10)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("packed", [True, False])
async def test_a_line_in_two_files_counts_for_the_first_in_an_archive_as_one_by_one(
    scorer: Scorer, database: Pool, files: FileStore, packed: bool
) -> None:
    """The third file's line is also in the second, which is refused: so the third counts."""
    contest = await a_contest(database, ownerless_orders="FOLDER_ACCOUNT")
    accounts = {handle: await an_account(contest, handle) for handle in ("a", "b", "c")}
    lines = {"a": ("1001",), "b": ("1001", "1002"), "c": ("1002",)}
    content = {who: orders(*((line, AT, "10.00", "-", "0") for line in lines[who])) for who in lines}
    if packed:
        archive = zipped(*((f"抖音-{who}/订单.csv", content[who]) for who in lines))
        await do(scorer, await an_upload(contest, files, "订单.zip", archive))
    else:
        for who in lines:
            await do(scorer, await an_upload(contest, files, f"{who}/订单.csv", content[who], account=accounts[who]))
    states = "select right(name, 8), state from uploads where kind <> 'ARCHIVE' order by name"
    assert await tuples(database, states) == [
        ("a/订单.csv", "ACCEPTED"),
        ("b/订单.csv", "REFUSED"),
        ("c/订单.csv", "ACCEPTED"),
    ]
    owners = "select order_line, handle from orders join accounts using (contestant_id) order by order_line"
    assert await tuples(database, owners) == [("1001", "a"), ("1002", "c")]
    assert await database.fetchval("select sequence from contests") == 2


async def test_sums_follow_when_one_of_two_order_files_is_withdrawn(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    account, other = await an_account(contest, "first", uid="111"), await an_account(contest, "second", uid="222")
    sums = "select handle, order_lines, gross_sales from order_days join accounts using (contestant_id)"
    sums += " where to_sequence is null order by handle"
    early = orders(("1001", AT, "10.00", "-", "111"), ("1002", AT, "1.00", "-", "111"))
    late = orders(("1001", AT, "30.00", "-", "111"))
    await do(scorer, await an_upload(contest, files, "二.csv", orders(("2001", AT, "7.00", "-", "222")), account=other))
    await do(scorer, await an_upload(contest, files, "早.csv", early, account=account))
    later = await an_upload(contest, files, "晚.csv", late, account=account, exported_at=EXPORTED_AT + DAY)
    await do(scorer, later)
    assert await tuples(database, sums) == [("first", 2, 31), ("second", 1, 7)]
    run_id = await a_run(contest)
    await do(scorer, run_id)
    assert (await verify(database, run_id)).holds

    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update uploads set withdrawn_reason = '传错了' where id = $1", later)
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, later)
    await do(scorer, later)
    assert await tuples(database, sums) == [("first", 2, 11), ("second", 1, 7)]
    assert (await verify(database, run_id)).holds
