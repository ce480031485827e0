"""Lines that waited for their contestant: counted once, for the right one, however binding and reading interleave."""

from decimal import Decimal
from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.scorer.uploads import claim
from services.scorer.uploads.accept import ReadFile
from services.scorer.uploads.parse import ParsedFile
from services.scorer.uploads.read import attribute, parse
from services.scorer.uploads.upload import Upload
from services.scorer.uploads.windows import Times
from services.shared.database.pool import Pool
from services.shared.jobs import JobKind, enqueue
from services.shared.problems import Problem
from services.shared.storage import FileStore
from tests.factories import AnAccount, a_contest, a_roster_import, an_account, an_upload
from tests.scorer.doing import codes, do, row, tuples
from tests.scorer.files import live_list, orders, roster, zipped

AT = "2021-07-25 10:00:00"
OWNERS = "select order_line, handle from orders join accounts using (contestant_id) order by order_line"


async def bind(database: Pool, account: AnAccount, uid: str, *uploads: UUID) -> None:
    """As the API does: the uid is bound and the files that wait are looked at again."""
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update accounts set uid = $2 where id = $1", account.id, uid)
        for upload_id in uploads:
            await enqueue(connection, JobKind.CLAIM_LINES, upload_id)


async def test_a_file_of_one_account_by_its_rows_is_not_stated_to_be_that_accounts(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await an_account(contest, "first", uid="111")
    second = await an_account(contest, "second", city=1)
    shop = orders(("1001", AT, "10.00", "-", "111"), ("1002", AT, "20.00", "-", "222"))
    upload_id = await an_upload(contest, files, "店铺.csv", shop)
    await do(scorer, upload_id)
    assert (await row(database, "uploads", upload_id))["account_id"] is None
    waiting = "select platform, uid, lines, paid from unclaimed_uids"
    assert await tuples(database, waiting) == [("DOUYIN", "222", 1, Decimal("20.00"))]

    await bind(database, second, "222", upload_id)
    await do(scorer, upload_id)

    assert await tuples(database, OWNERS) == [("1001", "first"), ("1002", "second")]
    upload = await row(database, "uploads", upload_id)
    assert (upload["rows_new"], upload["rows_unclaimed"], await codes(database, upload_id)) == (2, 0, [])
    assert await tuples(database, waiting) == []


async def test_lines_of_nobody_stay_nobodys_when_others_are_claimed(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database, ownerless_orders="FOLDER_ACCOUNT")
    await an_account(contest, "first", uid="111")
    shop = orders(("1001", AT, "10.00", "-", "111"), ("1002", AT, "20.00", "-", "0"))
    upload_id = await an_upload(contest, files, "店铺.csv", shop)
    await do(scorer, upload_id)

    await bind(database, await an_account(contest, "second"), "222", upload_id)
    await do(scorer, upload_id)

    assert await tuples(database, OWNERS) == [("1001", "first")]
    assert await codes(database, upload_id) == ["OWNERLESS_LINES"]
    assert await database.fetchval("select sequence from contests") == 1


async def test_a_file_withdrawn_while_it_is_read_again_counts_nothing(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    upload_id = await an_upload(contest, files, "店铺.csv", orders(("1001", AT, "10.00", "-", "111")))
    await do(scorer, upload_id)
    await bind(database, account, "111", upload_id)

    async def withdrawn_meanwhile(scorer: Scorer, upload: Upload) -> ParsedFile:
        parsed = await parse(scorer, upload)
        async with database.acquire() as connection, connection.transaction():
            await connection.execute("update uploads set withdrawn_reason = '传错了' where id = $1", upload_id)
            await enqueue(connection, JobKind.WITHDRAW_UPLOAD, upload_id)
        await do(scorer, upload_id)
        return parsed

    monkeypatch.setattr("services.scorer.uploads.claim.parse", withdrawn_meanwhile)
    await do(scorer, upload_id)

    assert await database.fetchval("select count(*) from orders") == 0
    assert await database.fetchval("select count(*) from order_days where to_sequence is null") == 0
    assert (await row(database, "uploads", upload_id))["state"] == "WITHDRAWN"
    assert await tuples(database, "select kind, state from jobs where state <> 'DONE'") == []


async def test_a_uid_bound_while_the_file_is_read_is_claimed_afterwards(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    upload_id = await an_upload(contest, files, "店铺.csv", orders(("1001", AT, "10.00", "-", "111")))

    async def bound_afterwards(scorer: Scorer, parsed: list[tuple[Upload, ParsedFile]], times: Times) -> list[ReadFile]:
        found = await attribute(scorer, parsed, times)
        await bind(database, account, "111")  # the file does not count yet: nothing to enqueue
        return found

    monkeypatch.setattr("services.scorer.uploads.ingest.attribute", bound_afterwards)
    await do(scorer, upload_id)
    assert await tuples(database, "select kind from jobs where state = 'QUEUED'") == [("CLAIM_LINES",)]
    await do(scorer, upload_id)
    assert await tuples(database, OWNERS) == [("1001", "first")]


async def test_a_roster_that_comes_after_the_file_has_its_lines_claimed(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await an_account(contest, "first")
    content = live_list(("first", AT, "10"), ("late", AT, "20"))
    upload_id = await an_upload(contest, files, "直播间列表.csv", content)
    waiting_for_uid = await an_upload(contest, files, "店铺.csv", orders(("1001", AT, "10.00", "-", "111")))
    await do(scorer, upload_id)
    await do(scorer, waiting_for_uid)

    await do(
        scorer,
        await a_roster_import(contest, files, roster(("张三", "11010519491231002X", "13812341234", "抖音: Late"))),
    )

    assert await tuples(database, "select subject_id from jobs where state = 'QUEUED' and kind = 'CLAIM_LINES'") == [
        (upload_id,)
    ]
    await do(scorer, upload_id)
    sales = "select handle, gross_sales from live_sessions join accounts using (contestant_id) order by 2"
    assert await tuples(database, sales) == [("first", 10), ("Late", 20)]
    assert await codes(database, upload_id) == []


async def test_rows_that_count_for_somebody_stay_theirs_when_the_handle_has_become_anothers(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    first = await an_account(contest, "first")
    upload_id = await an_upload(contest, files, "直播间列表.csv", live_list(("first", AT, "10"), ("late", AT, "20")))
    await do(scorer, upload_id)
    await database.execute("update accounts set handle = 'renamed', handle_key = 'renamed' where id = $1", first.id)
    await an_account(contest, "first", city=1)
    await bind(database, await an_account(contest, "late"), "222", upload_id)
    await do(scorer, upload_id)
    sales = "select handle, gross_sales from live_sessions join accounts using (contestant_id) order by 2"
    assert await tuples(database, sales) == [("renamed", 10), ("late", 20)]


async def test_a_file_that_cannot_be_read_this_time_waits_on(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it waits for stands in its problems: without them nobody would look at it again."""
    contest = await a_contest(database)
    await an_account(contest, "first")
    upload_id = await an_upload(contest, files, "直播间列表.csv", live_list(("first", AT, "10"), ("late", AT, "20")))
    await do(scorer, upload_id)
    waits = await codes(database, upload_id)
    late = await an_account(contest, "late")

    async def too_long(*_: object) -> ParsedFile:
        return ParsedFile(problems=[Problem("READING_TOOK_TOO_LONG", {"limit": 120})])

    with monkeypatch.context() as patched:
        patched.setattr(claim, "parse", too_long)
        await bind(database, late, "222", upload_id)
        await do(scorer, upload_id)
    assert (waits, await codes(database, upload_id)) == (["UNKNOWN_ACCOUNT"], ["UNKNOWN_ACCOUNT"])
    assert (await row(database, "uploads", upload_id))["rows_unclaimed"] == 1


async def test_lines_left_out_for_anothers_count_once_the_others_file_is_withdrawn(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    """The same file cannot be sent again: it counts already, all but for these lines."""
    contest = await a_contest(database)
    first, second = await an_account(contest, "first", uid="111"), await an_account(contest, "second", uid="222")
    line = ("1001", AT, "10.00", "-")
    theirs = await an_upload(contest, files, "一.csv", orders((*line, "111")))
    good = await an_upload(contest, files, "二.csv", orders((*line, "222"), ("1002", AT, "20.00", "-", "222")))
    await database.execute("update uploads set policy = 'GOOD_ROWS' where id = $1", good)
    await do(scorer, theirs)
    await do(scorer, good)
    assert await codes(database, good) == ["ORDER_COUNTED_ELSEWHERE"]

    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update uploads set withdrawn_reason = '传错了' where id = $1", theirs)
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, theirs)
    await do(scorer, theirs)
    await do(scorer, good)

    in_force = "select order_line, contestant_id from orders where to_sequence is null order by 1"
    assert await tuples(database, in_force) == [("1001", second.contestant_id), ("1002", second.contestant_id)]
    upload = await row(database, "uploads", good)
    assert (upload["rows_new"], upload["rows_refused"], await codes(database, good)) == (2, 0, [])
    before = "select contestant_id from orders where order_line = '1001' and from_sequence <= 2 and to_sequence > 2"
    assert await tuples(database, before) == [(first.contestant_id,)]


async def test_a_file_that_turns_out_to_speak_of_another_account_says_so(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    first, second = await an_account(contest, "first"), await an_account(contest, "second")
    own = orders(("1001", AT, "10.00", "-", "111"), ("1002", AT, "20.00", "-", "222"))
    upload_id = await an_upload(contest, files, "订单.csv", own, account=first)
    await do(scorer, upload_id)
    version = await database.fetchval("select version from contests")

    await bind(database, first, "111")
    await bind(database, second, "222", upload_id)
    await do(scorer, upload_id)

    assert (await row(database, "uploads", upload_id))["state"] == "ACCEPTED"
    assert await codes(database, upload_id) == ["WRONG_CREATOR_ID"]
    assert await database.fetchval("select count(*) from orders") == 0
    assert await tuples(database, "select uid from unclaimed_uids order by uid") == [("111",), ("222",)]  # still seen
    assert await database.fetchval("select version from contests") > version


async def test_a_claimed_line_that_counts_for_somebody_else_is_left_out(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database, ownerless_orders="FOLDER_ACCOUNT")
    late, first = await an_account(contest, "late"), await an_account(contest, "first")
    shop = orders(("1001", AT, "10.00", "-", "111"), ("1002", AT, "50.00", "-", "111"))
    upload_id = await an_upload(contest, files, "店铺.csv", shop)
    await do(scorer, upload_id)
    ownerless = orders(("1001", AT, "10.00", "-", "0"))
    await do(scorer, await an_upload(contest, files, "订单.csv", ownerless, account=first))

    for _ in range(2):  # looking again changes nothing
        await bind(database, late, "111", upload_id)
        await do(scorer, upload_id)

        assert await tuples(database, OWNERS) == [("1001", "first"), ("1002", "late")]
        upload = await row(database, "uploads", upload_id)
        numbers = [upload[f"rows_{name}"] for name in ("read", "new", "replaced", "unchanged", "unclaimed", "refused")]
        assert numbers == [2, 1, 0, 0, 0, 1]
        problem = await database.fetchrow(
            "select code, severity, line from upload_problems where upload_id = $1", upload_id
        )
        assert tuple(problem or ()) == ("ORDER_COUNTED_ELSEWHERE", "WARNING", 2)


async def test_an_archive_adds_up_what_its_files_claimed(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    archive = await an_upload(contest, files, "a.zip", zipped(("店铺.csv", orders(("1001", AT, "10.00", "-", "111")))))
    await do(scorer, archive)
    assert (await row(database, "uploads", archive))["rows_unclaimed"] == 1

    member = await database.fetchval("select id from uploads where parent_id = $1", archive)
    await bind(database, account, "111", archive, member)
    await do(scorer, archive)
    await do(scorer, member)

    whole = await row(database, "uploads", archive)
    assert (whole["rows_new"], whole["rows_unclaimed"], await codes(database, archive)) == (1, 0, [])
