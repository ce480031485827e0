"""The job that looks for flags, on files as they come in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.sample.tables import Row, delimited
from services.scorer.context import Scorer
from services.scorer.flags import store
from services.shared.database.pool import Pool
from services.shared.flags.store import look_at_everybody
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from tests.factories import EXPORTED_AT, AContest, AnAccount, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do, tuples

WEEK = timedelta(days=7)
FLAGS = "select code, state, value::text, rows_count from flags order by id"


def works(*rows: tuple[str, int, int], time: str = "08:00:31") -> bytes:
    """Title, plays, and how many liked; nobody commented, shared or kept them. Of one day each, or of one minute."""
    headings = ["作品名称", "发布时间", "体裁", "审核状态", "播放量", "点赞量", "评论量", "分享量", "收藏量"]
    lines: list[Row] = [
        [title, f"2021-07-2{number} {time}", "图文", "公开", plays, likes, 0, 0, 0]
        for number, (title, plays, likes) in enumerate(rows)
    ]
    return delimited([headings, *lines])


def sessions(*rows: tuple[str, str, str, int, int]) -> bytes:
    """Handle, begin, end, viewers, orders."""
    headings = ["主播抖音号", "直播开始时间", "直播结束时间", "直播间观看人数", "直播间成交订单数", "直播间成交金额"]
    lines: list[Row] = [[*row, "100.00"] for row in rows]
    return delimited([headings, *lines])


def orders(count: int, paid_at: str, *, refunded: int = 0, channel: str = "直播", first: int = 0) -> bytes:
    headings = ["主订单编号", "子订单编号", "订单应付金额", "订单提交时间", "支付完成时间", "售后状态", "流量体裁"]
    lines: list[Row] = [
        [f"\t{first + n}", f"\t{first + n}", "10.00", paid_at, paid_at, "退款成功" if n < refunded else "-", channel]
        for n in range(count)
    ]
    return delimited([headings, *lines])


async def counted(
    scorer: Scorer, contest: AContest, account: AnAccount, content: bytes, at: datetime = EXPORTED_AT
) -> UUID:
    upload = await an_upload(contest, scorer.files, "a.csv", content, account=account, exported_at=at)
    await do(scorer, upload)
    state = await contest.pool.fetchval("select state from uploads where id = $1", upload)
    assert state == "ACCEPTED", await tuples(contest.pool, "select code, parameters from upload_problems")
    return upload


async def look(scorer: Scorer, contest: AContest) -> list[tuple[Any, ...]]:
    """The flags there are once the waiting job is done."""
    await do(scorer, contest.id)
    assert await contest.pool.fetchval("select state from jobs where kind = 'DETECT_FLAGS'") == "DONE"
    assert await contest.pool.fetchval("select count(*) from flags_due") == 0
    return await tuples(contest.pool, FLAGS)


async def test_a_jump_names_its_rows_and_goes_when_its_file_is_withdrawn(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    first = await counted(scorer, contest, account, works(("一", 1000, 100), ("二", 9000, 1000)))
    grown = ("一", 60_000, 101), ("二", 90_000, 9000)
    later = await counted(scorer, contest, account, works(*grown), EXPORTED_AT + WEEK)
    assert await look(scorer, contest) == [("PLAYS_JUMP_WITHOUT_ENGAGEMENT", "OPEN", "59000", 2)]
    rows = await database.fetchval("select rows from flags")
    assert rows == [{"upload_id": str(one), "sheet": "", "line": 2} for one in (first, later)]
    await database.execute("update uploads set withdrawn_reason = '误传' where id = $1", later)
    async with database.acquire() as connection, connection.transaction():
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, later)
    await do(scorer, later)
    assert await look(scorer, contest) == [("PLAYS_JUMP_WITHOUT_ENGAGEMENT", "GONE", "59000", 2)]
    recorded = "select action from audit_entries where subject_type = 'Flag' order by id"
    assert await tuples(database, recorded) == [("FLAG_FOUND",), ("FLAG_GONE",)]


async def test_figures_that_go_down_are_flagged_whatever_file_came_first(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    await counted(scorer, contest, account, works(("一", 5000, 100)), EXPORTED_AT + WEEK)
    assert await look(scorer, contest) == []
    await counted(scorer, contest, account, works(("一", 8000, 100)))
    assert await look(scorer, contest) == [("FIGURES_WENT_DOWN", "OPEN", "0.3750", 2)]


@pytest.mark.parametrize("times", [("08:00:31", "08:00"), ("08:00", "08:00:31"), ("08:00", "08:00")])
async def test_a_list_saved_again_without_seconds_is_compared_with_the_first(
    scorer: Scorer, database: Pool, times: tuple[str, str]
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    at = EXPORTED_AT, EXPORTED_AT + WEEK
    await counted(scorer, contest, account, works(("一", 8000, 100), ("二", 700, 9), time=times[0]), at[0])
    await counted(scorer, contest, account, works(("一", 5000, 100), ("二", 700, 9), time=times[1]), at[1])
    assert await look(scorer, contest) == [("FIGURES_WENT_DOWN", "OPEN", "0.3750", 2)]


async def test_of_one_minute_each_title_is_a_work_of_its_own(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    at, later = EXPORTED_AT, EXPORTED_AT + WEEK

    def list_of(*told: tuple[str, int]) -> bytes:
        headings = ["作品名称", "发布时间", "体裁", "审核状态", "播放量", "点赞量"]
        lines: list[Row] = [[title, "2021-07-21 08:00", "图文", "公开", plays, 1] for title, plays in told]
        return delimited([headings, *lines])

    await counted(scorer, contest, account, list_of(("乙", 9000), ("丙", 1000)), at)
    await counted(scorer, contest, account, list_of(("甲", 1), ("乙", 5000), ("丙", 1000), ("丙", 4000)), later)
    assert await look(scorer, contest) == [("FIGURES_WENT_DOWN", "OPEN", "0.4444", 2)]
    await counted(scorer, contest, account, list_of(("乙", 5000), ("丙", 300)), later + WEEK)
    assert len(await look(scorer, contest)) == 2
    assert await database.fetchval("select count(distinct about) from flags") == 2


async def test_identical_works_are_flagged_by_the_minute_whether_or_not_a_file_knows_the_second(
    scorer: Scorer, database: Pool
) -> None:
    contest = await a_contest(database)
    same = [(title, 1000 + plays, 100) for plays, title in enumerate("甲乙丙")]
    await counted(scorer, contest, await an_account(contest, "first"), works(*same))
    await counted(scorer, contest, await an_account(contest, "later"), works(*same, time="08:01:31"))
    assert await look(scorer, contest) == []
    await counted(scorer, contest, await an_account(contest, "second"), works(*same, time="08:00:32"))
    assert await look(scorer, contest) == [("SAME_ROWS_AS_ANOTHER", "OPEN", "3", 6)] * 2
    await counted(scorer, contest, await an_account(contest, "third"), works(*same, time="08:00"))
    assert await look(scorer, contest) == [("SAME_ROWS_AS_ANOTHER", "OPEN", "3", 6)] * 6


async def test_one_file_for_everybody_is_named_for_everybody_without_a_flag_for_every_two(
    scorer: Scorer, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_COMPARED", 2)
    contest = await a_contest(database)
    accounts = sorted([await an_account(contest, name) for name in "abcd"], key=lambda account: account.contestant_id)
    names = dict(zip((account.contestant_id for account in accounts), "abcd", strict=True))
    same = works(*((title, 1000 + plays, 100) for plays, title in enumerate("甲乙丙")))
    (first, *_) = [await counted(scorer, contest, account, same) for account in accounts]
    await look(scorer, contest)

    async def pairs() -> list[str]:
        found = await tuples(database, "select contestant_id, other_id from flags where state = 'OPEN'")
        return sorted(names[one] + names[other] for one, other in found)

    assert await pairs() == ["ab", "ac", "ad", "ba", "ca", "da"]
    await database.execute("update uploads set withdrawn_reason = '放错' where id = $1", first)
    async with database.acquire() as connection, connection.transaction():
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, first)
    await do(scorer, first)
    await look(scorer, contest)
    assert await pairs() == ["bc", "bd", "cb", "db"]


async def test_identical_works_are_flagged_on_both_sides_and_gone_from_both(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    same = [(title, 1000 + plays, 100) for plays, title in enumerate("甲乙丙")]
    one, other = await an_account(contest, "first"), await an_account(contest, "second")
    await counted(scorer, contest, one, works(*same))
    assert await look(scorer, contest) == []
    copied = await counted(scorer, contest, other, works(*same))
    assert await look(scorer, contest) == [("SAME_ROWS_AS_ANOTHER", "OPEN", "3", 6)] * 2
    pairs = await tuples(database, "select contestant_id, other_id from flags")
    assert set(pairs) == {(one.contestant_id, other.contestant_id), (other.contestant_id, one.contestant_id)}
    await counted(
        scorer, contest, other, works(*((title, plays + 9, 100) for title, plays, _ in same)), EXPORTED_AT + WEEK
    )
    await database.execute("update uploads set withdrawn_reason = '放错' where id = $1", copied)
    async with database.acquire() as connection, connection.transaction():
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, copied)
    await do(scorer, copied)
    assert await look(scorer, contest) == [("SAME_ROWS_AS_ANOTHER", "GONE", "3", 6)] * 2


async def test_orders_without_viewers_and_orders_outside_every_session(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    on_air = ("2021-07-21 20:00:00", "2021-07-21 22:00:00")
    held = [("first", *on_air, 40, 30), ("first", "2021-07-25 20:00:00", "2021-07-25 22:00:00", 9000, 30)]
    await counted(scorer, contest, account, sessions(*held))
    await database.execute("update contests set ownerless_orders = 'FOLDER_ACCOUNT'")
    during = orders(10, "2021-07-21 22:30:00")  # within an hour after it
    outside = orders(25, "2021-07-23 03:00:00", first=100)
    unknown = orders(30, "2021-08-20 03:00:00", first=200)  # no file of sessions speaks of that time
    shop = orders(30, "2021-07-23 03:00:00", first=300, channel="商品卡")
    for content in (during, outside, unknown, shop):
        await counted(scorer, contest, account, content)
    assert await look(scorer, contest) == [
        ("SALES_WITHOUT_VIEWERS", "OPEN", "0.7500", 1),
        ("ORDERS_OUTSIDE_LIVE", "OPEN", "0.7143", 25),
    ]
    (lines,) = await tuples(database, "select jsonb_array_length(rows) from flags where code = 'ORDERS_OUTSIDE_LIVE'")
    assert lines == (25,)


async def test_refunds_follow_the_contests_threshold_and_a_conclusion_stands(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database, ownerless_orders="FOLDER_ACCOUNT")
    account = await an_account(contest, "first")
    await counted(scorer, contest, account, orders(40, "2021-07-21 20:00:00", refunded=20))
    assert await look(scorer, contest) == []
    await look_again(database, contest, {"REFUND_SHARE": "0.4"})
    flagged = ("REFUND_SHARE_HIGH", "OPEN", "0.5000", 20)
    assert await look(scorer, contest) == [flagged]
    await database.execute("update flags set state = 'EXPLAINED'")
    await counted(scorer, contest, account, orders(10, "2021-07-22 20:00:00", first=100))
    explained = ("REFUND_SHARE_HIGH", "EXPLAINED", "0.5000", 20)
    assert await look(scorer, contest) == [explained]  # less than what was looked at
    await counted(scorer, contest, account, orders(30, "2021-07-22 20:00:00", first=200, refunded=30))
    assert await look(scorer, contest) == [explained, ("REFUND_SHARE_HIGH", "OPEN", "0.6250", 50)]


async def look_again(database: Pool, contest: AContest, own: dict[str, str]) -> None:
    await database.execute("update contests set flag_thresholds = $2 where id = $1", contest.id, own)
    async with database.acquire() as connection, connection.transaction():
        await look_at_everybody(connection, contest.id)


async def test_what_lies_outside_the_round_is_not_looked_at(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    await database.execute("update rounds set opens_at = '2021-08-01+08'")
    await counted(scorer, contest, account, works(("一", 60_000, 0)))
    assert await look(scorer, contest) == []


async def test_a_flag_changes_no_score(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    await counted(scorer, contest, await an_account(contest, "first"), works(("一", 60_000, 0)))
    digests = []
    for _ in range(2):
        run = await a_run(contest)
        await do(scorer, run)
        digests.append(await database.fetchval("select digest from scoring_runs where id = $1", run))
        await do(scorer, contest.id)
    assert await database.fetchval("select count(*) from flags where state = 'OPEN'") == 1
    assert digests[0] == digests[1]


async def test_figures_that_change_while_others_are_looked_at_are_looked_at_too(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await counted(scorer, contest, await an_account(contest, "first"), works(("一", 60_000, 0)))
    await database.execute(
        "update jobs set state = 'RUNNING', lease_until = now() + interval '1 hour' where kind = 'DETECT_FLAGS'"
    )
    await counted(scorer, contest, await an_account(contest, "second"), works(("二", 70_000, 0)))
    waiting = "select state from jobs where kind = 'DETECT_FLAGS'"
    assert await database.fetchval(waiting) == "RUNNING"  # left alone: it will see that somebody is due
    await database.execute("update jobs set state = 'QUEUED' where kind = 'DETECT_FLAGS'")
    assert len(await look(scorer, contest)) == 2


async def test_while_an_archive_comes_in_nobody_is_looked_at_yet(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await counted(scorer, contest, await an_account(contest, "first"), works(("一", 60_000, 0)))
    archive = await an_upload(contest, files, "many.zip", b"")
    await database.execute("update uploads set kind = 'ARCHIVE' where id = $1", archive)
    await database.execute("update jobs set state = 'RUNNING' where subject_id = $1", archive)
    await do(scorer, contest.id)
    assert await tuples(database, FLAGS) == []
    assert await database.fetchval("select state from jobs where kind = 'DETECT_FLAGS'") == "QUEUED"
    await database.execute("update jobs set state = 'DONE' where subject_id = $1", archive)
    assert len(await look(scorer, contest)) == 1


async def test_one_archive_after_another_puts_nobody_off_for_ever(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await counted(scorer, contest, await an_account(contest, "first"), works(("一", 60_000, 0)))
    archive = await an_upload(contest, files, "many.zip", b"")
    await database.execute("update uploads set kind = 'ARCHIVE' where id = $1", archive)
    await database.execute("update jobs set state = 'RUNNING' where subject_id = $1", archive)
    await database.execute("update flags_due set added_at = added_at - interval '11 minutes'")
    assert len(await look(scorer, contest)) == 1
