"""Files with headings nobody knows: they wait, and count once somebody has said what the headings mean."""

from typing import Any
from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.jobs.perform import perform
from services.scorer.jobs.sweep import sweep
from services.scorer.uploads import store
from services.scorer.uploads.accept import settle
from services.scorer.uploads.read import attribute, parse
from services.scorer.uploads.windows import Times
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadState
from services.shared.formats.section import normalise
from services.shared.formats.store import read_again, read_refused_again
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from services.shared.vocabulary import Role
from tests.factories import AContest, a_contest, a_person, an_account, an_upload
from tests.scorer.doing import codes, do, row, tuples
from tests.scorer.files import orders, works, zipped

WORK = ("甲", "2021-07-21 08:00:00", 100)
DOCUMENT = """
source = "ACCOUNT_DAYS"
platform = "DOUYIN"
columns = [
    { heading = "统计日", to = "day", style = "date", needed = true, filled = true },
    { heading = "曝光", to = "PLAYS", style = "count", needed = true },
]
"""


def drifted(*rows: Any) -> bytes:
    return works(*rows).decode("utf-8-sig").replace("点赞量", "获赞").encode("utf-8-sig")


async def say(contest: AContest, heading: str = "获赞", field: str = "likes", kind: str = "DOUYIN_WORKS") -> None:
    """As the API does."""
    version = await contest.pool.fetchval(
        "update contests set formats_version = formats_version + 1 where id = $1 returning formats_version", contest.id
    )
    await contest.pool.execute(
        "insert into format_aliases (id, contest_id, kind, heading, heading_key, field, reason, from_version)"
        " values ($1, $2, $3, $4, $5, $6, '改名', $7)",
        *(new_id(), contest.id, kind, heading, normalise(heading), field, version),
    )


async def forget(contest: AContest) -> None:
    await contest.pool.execute("update contests set formats_version = formats_version + 1 where id = $1", contest.id)
    await contest.pool.execute(
        "update format_aliases set to_version = (select formats_version from contests where id = $1)", contest.id
    )


async def add(contest: AContest, document: str) -> None:
    await contest.pool.execute("update contests set formats_version = formats_version + 1 where id = $1", contest.id)
    version = "(select formats_version from contests where id = $1)"
    await contest.pool.execute(
        f"update own_formats set to_version = {version} where contest_id = $1 and to_version is null", contest.id
    )
    await contest.pool.execute(
        "insert into own_formats (id, contest_id, key, title, document, reason, from_version)"
        f" values ($2, $1, 'CITY_DAYS', '市台日报', $3, '新增', {version})",
        *(contest.id, new_id(), document),
    )


async def again(scorer: Scorer, contest: AContest) -> int:
    async with contest.pool.acquire() as connection, connection.transaction():
        count = await read_again(connection, contest.id)
    for upload_id in await contest.pool.fetch("select id from uploads where state = 'QUEUED' order by id"):
        await do(scorer, upload_id["id"])
    return count


async def state(database: Pool, upload_id: UUID) -> str:
    return str((await row(database, "uploads", upload_id))["state"])


async def test_a_file_waits_and_counts_once_its_heading_is_known(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    zhang, li = await an_account(contest, "zhangsan"), await an_account(other, "lisi")
    upload_id = await an_upload(contest, files, "作品.csv", drifted(WORK), account=zhang)
    elsewhere = await an_upload(other, files, "作品.csv", drifted(WORK), account=li)
    await do(scorer, upload_id)
    await do(scorer, elsewhere)

    waits = await row(database, "uploads", upload_id)
    assert (waits["state"], waits["kind"], waits["unknown_columns"], waits["format_version"]) == (
        "WAITING",
        None,
        ["获赞"],
        0,
    )
    assert (waits["waiting"]["looks_like"], waits["waiting"]["missing"]) == ("DOUYIN_WORKS", ["点赞量"])
    assert await codes(database, upload_id) == ["HEADINGS_UNKNOWN"]
    assert await database.fetchval("select count(*) from works") == 0
    told = await tuples(database, "select code, parameters from messages where user_id = $1", organiser.user_id)
    assert told == [("HEADINGS_WAIT", {"columns": "获赞"})]

    await say(contest)
    assert await again(scorer, contest) == 1

    counts = await row(database, "uploads", upload_id)
    assert (counts["state"], counts["kind"], counts["waiting"], counts["format_version"]) == (
        "ACCEPTED",
        "DOUYIN_WORKS",
        None,
        1,
    )
    assert await tuples(database, "select contestant_id, plays from works") == [(zhang.contestant_id, 100)]
    assert await codes(database, upload_id) == []
    assert await state(database, elsewhere) == "WAITING"
    assert await again(scorer, other) == 0


async def test_whoever_sent_a_file_that_waited_hears_once_that_it_is_read(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    zhang = await an_account(contest, "zhangsan")
    for content in (drifted(WORK), drifted(("乙", "没有时间", 1))):
        upload_id = await an_upload(contest, files, "作品.csv", content, account=zhang)
        await database.execute("update uploads set created_by = $2 where id = $1", upload_id, clerk.user_id)
        await do(scorer, upload_id)
    counted = await an_upload(contest, files, "别的.csv", works(("丙", "2021-07-22 08:00:00", 1)), account=zhang)
    await database.execute("update uploads set created_by = $2 where id = $1", counted, clerk.user_id)
    await do(scorer, counted)
    heard = "select code from messages where user_id = $1 order by code"
    assert await tuples(database, heard, clerk.user_id) == []

    await say(contest)
    for _ in range(2):
        await again(scorer, contest)

    assert await tuples(database, heard, clerk.user_id) == [("WAITED_FILE_COUNTED",), ("WAITED_FILE_NOT_COUNTED",)]


async def test_files_with_the_same_headings_are_told_of_once(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    await a_person(database, Role.ORGANISER, contest)
    zhang = await an_account(contest, "zhangsan")
    for name in ("一.csv", "二.csv"):
        await do(scorer, await an_upload(contest, files, name, drifted(WORK), account=zhang))
    assert await database.fetchval("select count(*) from messages") == 1


async def test_after_a_mapping_is_removed_new_files_wait_and_counted_ones_stay(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    await say(contest)
    counted = await an_upload(contest, files, "一.csv", drifted(WORK), account=zhang)
    await do(scorer, counted)
    await forget(contest)
    later = await an_upload(contest, files, "二.csv", drifted(("乙", "2021-07-22 08:00:00", 5)), account=zhang)
    await do(scorer, later)
    assert (await state(database, counted), await state(database, later)) == ("ACCEPTED", "WAITING")
    assert await database.fetchval("select array_agg(title) from works") == ["甲"]


async def test_lines_that_are_claimed_later_are_read_as_the_file_was(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await say(contest, "应付", "amount", "DOUYIN_ORDERS")
    sale = orders(("6917926768823643751", "2021-07-21 09:00:00", "28.90", "-", "7592255573464597541"))
    content = sale.decode("utf-8-sig").replace("订单应付金额", "应付").encode("utf-8-sig")
    upload_id = await an_upload(contest, files, "订单.csv", content)
    await do(scorer, upload_id)
    assert (await row(database, "uploads", upload_id))["rows_unclaimed"] == 1
    await forget(contest)
    zhang = await an_account(contest, "zhangsan", uid="7592255573464597541")
    async with database.acquire() as connection, connection.transaction():
        await enqueue(connection, JobKind.CLAIM_LINES, upload_id)
    await do(scorer, upload_id)
    assert await database.fetchval("select contestant_id from orders") == zhang.contestant_id
    assert await codes(database, upload_id) == []


async def test_a_file_of_an_archive_counts_later_by_itself(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    archive = zipped(
        ("抖音-zhangsan/一.csv", drifted(WORK)),
        ("抖音-zhangsan/二.csv", works(("乙", "2021-07-22 08:00:00", 5))),
    )
    archive_id = await an_upload(contest, files, "全部.zip", archive)
    await do(scorer, archive_id)
    assert await state(database, archive_id) == "ACCEPTED"
    members = "select name, state from uploads where parent_id = $1 order by name"
    assert [one[1] for one in await tuples(database, members, archive_id)] == ["WAITING", "ACCEPTED"]

    await say(contest)
    assert await again(scorer, contest) == 1

    assert [one[1] for one in await tuples(database, members, archive_id)] == ["ACCEPTED", "ACCEPTED"]
    whole = await row(database, "uploads", archive_id)
    assert (whole["rows_new"], whole["files_done"], whole["files_total"]) == (2, 2, 2)


async def test_a_file_that_began_to_wait_just_then_is_found_by_the_sweeper(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    upload_id = await an_upload(contest, files, "作品.csv", drifted(WORK), account=zhang)
    await do(scorer, upload_id)
    await say(contest)
    await sweep(scorer)
    assert await state(database, upload_id) == "QUEUED"
    await do(scorer, upload_id)
    assert await state(database, upload_id) == "ACCEPTED"
    await sweep(scorer)
    assert await state(database, upload_id) == "ACCEPTED"


async def withdraw(scorer: Scorer, database: Pool, upload_id: UUID) -> None:
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update uploads set withdrawn_reason = '传错了' where id = $1", upload_id)
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, upload_id)
    job = await database.fetchval("select id from jobs where subject_id = $1 and kind = 'WITHDRAW_UPLOAD'", upload_id)
    await perform(scorer, job, await database.fetchval("select attempt from jobs where id = $1", job))


async def test_a_waiting_file_that_was_withdrawn_never_counts(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    alone, asked = [
        await an_upload(contest, files, name, drifted((name, "2021-07-21 08:00:00", 1)), account=zhang)
        for name in ("一.csv", "二.csv")
    ]
    archive_id = await an_upload(contest, files, "全部.zip", zipped(("抖音-zhangsan/三.csv", drifted(WORK))))
    for upload_id in (alone, asked, archive_id):
        await do(scorer, upload_id)
    await withdraw(scorer, database, alone)
    await withdraw(scorer, database, archive_id)
    await say(contest)
    async with database.acquire() as connection, connection.transaction():
        assert await read_again(connection, contest.id) == 1
    await withdraw(scorer, database, asked)  # asked for while it waited, done when it was queued again
    await again(scorer, contest)
    assert {one[0] for one in await tuples(database, "select state from uploads")} == {"WITHDRAWN"}
    assert await database.fetchval("select count(*) from works") == 0


async def test_a_file_that_two_jobs_have_read_counts_once(scorer: Scorer, database: Pool, files: FileStore) -> None:
    """As when an archive's job goes on after a kill, and a file of it has been queued by itself meanwhile."""
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    upload = await store.begin_reading(database, await an_upload(contest, files, "一.csv", works(WORK), account=zhang))
    assert upload is not None
    read = await attribute(scorer, [(upload, await parse(scorer, upload))], Times((), ()))
    for _ in range(2):
        async with database.acquire() as connection, connection.transaction():
            assert await settle(connection, contest.id, read) == {upload.id: UploadState.ACCEPTED}
    assert await tuples(database, "select plays, to_sequence from works") == [(100, None)]
    assert await database.fetchval("select sequence from contests") == 1


async def test_a_file_waits_for_what_was_said_after_it_was_read_although_another_job_has_begun_it(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    upload_id = await an_upload(contest, files, "一.csv", drifted(WORK), account=zhang)
    upload = await store.begin_reading(database, upload_id)
    assert upload is not None
    read = await attribute(scorer, [(upload, await parse(scorer, upload))], Times((), ()))
    await say(contest)
    assert (later := await store.begin_reading(database, upload_id)) is not None
    assert later.format_version == 1
    async with database.acquire() as connection, connection.transaction():
        assert await settle(connection, contest.id, read) == {upload_id: UploadState.WAITING}
        assert await read_again(connection, contest.id) == 1
    assert (await row(database, "uploads", upload_id))["format_version"] == 0


async def test_an_own_format_counts_and_a_mended_one_reads_again_what_it_refused(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    content = "统计日,曝光\n2021-07-21,12.5\n2021-07-22,3\n".encode()
    upload_id = await an_upload(contest, files, "日报.csv", content, account=zhang)
    await do(scorer, upload_id)
    assert await state(database, upload_id) == "WAITING"

    await add(contest, DOCUMENT)
    await again(scorer, contest)
    refused = await row(database, "uploads", upload_id)
    assert (refused["state"], refused["kind"], refused["format_key"]) == ("REFUSED", "OWN", "CITY_DAYS")
    assert await codes(database, upload_id) == ["VALUE_NOT_UNDERSTOOD"]

    await add(contest, DOCUMENT.replace('"PLAYS", style = "count"', '"SOUND_WAVES", style = "money"'))
    async with database.acquire() as connection, connection.transaction():
        assert await read_refused_again(connection, contest.id, "CITY_DAYS") == 1
    await do(scorer, upload_id)
    assert await state(database, upload_id) == "ACCEPTED"
    days = "select measure, value::text from account_days order by day"
    assert await tuples(database, days) == [("SOUND_WAVES", "12.500000"), ("SOUND_WAVES", "3.000000")]
