"""Originals as the scorer finds, seals, keeps and drops them, in a folder and in a bucket."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.scorer.uploads.arrivals import tidy
from services.scorer.uploads.forget import forget_files
from services.scorer.uploads.original import opened
from services.scorer.uploads.refused import Refused
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadKind
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import open_files
from services.shared.storage.store import find_original
from tests.factories import AContest, AnAccount, a_contest, an_account, an_upload
from tests.kept import get, keys, put
from tests.scorer.doing import codes, do, row, tuples
from tests.scorer.files import orders, works, zipped

AT = "2021-07-21 08:00:00"
FILE = works(("第一个", AT, 1))
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def account(contest: AContest) -> AnAccount:
    return await an_account(contest, "zhangsan")


@pytest.fixture(params=["folder", "bucket"])
async def keeping(request: pytest.FixtureRequest, scorer: Scorer) -> AsyncIterator[Scorer]:
    """The scorer with its files in a folder, and once more in a bucket."""
    if request.param == "folder":
        yield scorer
    else:
        settings = scorer.settings.model_copy(update=request.getfixturevalue("s3_server").new_bucket())
        yield replace(scorer, settings=settings, files=open_files(settings))


async def clear_bytes(scorer: Scorer, upload_id: UUID) -> bytes:
    async with opened(scorer, upload_id) as path:
        return path.read_bytes()


async def test_what_arrived_in_clear_is_sealed_by_its_first_reading(
    keeping: Scorer, contest: AContest, account: AnAccount
) -> None:
    upload = await an_upload(contest, keeping.files, "作品.csv", FILE, account=account)
    await do(keeping, upload)
    assert (await row(keeping.pool, "uploads", upload))["state"] == "ACCEPTED"
    assert await keys(keeping.files) == {f"originals/{upload}"}
    assert FILE[:20] not in (await get(keeping.files, f"originals/{upload}") or b"")
    assert await clear_bytes(keeping, upload) == FILE
    assert [*(keeping.settings.home / "work").rglob("*.*")] == []


async def test_the_files_of_an_archive_are_sealed_each_under_its_own_key(
    keeping: Scorer, contest: AContest, account: AnAccount
) -> None:
    members = [(f"抖音-zhangsan/{n}.csv", works((f"第{n}个", AT, n))) for n in range(3)]
    archive = await an_upload(contest, keeping.files, "全部.zip", zipped(*members))
    await do(keeping, archive)
    rows = await keeping.pool.fetch("select id, name, key_sealed from uploads where parent_id = $1", archive)
    below = {f"originals/members-of-{archive}/{one['id']}" for one in rows}
    assert await keys(keeping.files) == {f"originals/{archive}", *below}
    assert len({keeping.vault.open_bytes(one["key_sealed"], one["id"]) for one in rows}) == 3
    assert {one["name"]: await clear_bytes(keeping, one["id"]) for one in rows} == dict(members)


async def test_other_bytes_than_were_announced_are_refused(
    scorer: Scorer, contest: AContest, account: AnAccount
) -> None:
    upload = await an_upload(contest, scorer.files, "作品.csv", FILE, account=account)
    await put(scorer.files, f"uploads/{upload}", FILE[:-2] + b"9\n")  # the address was good for a second time
    await do(scorer, upload)
    assert (await row(scorer.pool, "uploads", upload))["state"] == "REFUSED"
    assert await codes(scorer.pool, upload) == ["UPLOAD_HASH_DIFFERS"]


async def test_what_is_gone_says_so(scorer: Scorer, contest: AContest) -> None:
    upload = await an_upload(contest, scorer.files, "作品.csv", FILE)
    await scorer.files.delete(f"uploads/{upload}")
    await do(scorer, upload)
    assert await codes(scorer.pool, upload) == ["ORIGINAL_DELETED"]
    assert (await row(scorer.pool, "uploads", upload))["key_sealed"] is None
    with pytest.raises(Refused):
        await clear_bytes(scorer, new_id())


async def test_a_contest_may_keep_none_but_what_still_waits(
    keeping: Scorer, database: Pool, contest: AContest, account: AnAccount
) -> None:
    await database.execute("update contests set originals = 'DROP_AFTER_INGEST'")
    good = await an_upload(contest, keeping.files, "作品.csv", FILE, account=account)
    bad = await an_upload(contest, keeping.files, "坏.csv", b"no table", account=account)
    sold = orders(("6917926768823643799", AT, "5.00", "-", "7000000000000000001"))
    waiting = await an_upload(contest, keeping.files, "订单.csv", sold)
    archive = await an_upload(contest, keeping.files, "a.zip", zipped(("抖音-zhangsan/1.csv", works(("乙", AT, 2)))))
    unread = await an_upload(contest, keeping.files, "未读.csv", FILE)
    roster = await an_upload(contest, keeping.files, "推荐表.csv", b"x", kind=UploadKind.ROSTER)
    for upload in (good, bad, waiting, archive, roster):
        await do(keeping, upload)
    await forget_files(keeping)
    assert await keys(keeping.files) == {f"originals/{waiting}", f"uploads/{unread}", f"uploads/{roster}"}
    assert await tuples(database, "select id from uploads where key_sealed is not null") == [(waiting,)]
    assert await tuples(database, "select count(*) from works where to_sequence is null") == [(2,)]

    someone = await an_account(contest, "lisi", uid="7000000000000000001")
    async with database.acquire() as connection, connection.transaction():
        await enqueue(connection, JobKind.CLAIM_LINES, waiting)
    await forget_files(keeping)
    await do(keeping, waiting)
    assert await tuples(database, "select contestant_id from orders") == [(someone.contestant_id,)]
    await forget_files(keeping)
    assert await keys(keeping.files) == {f"uploads/{unread}", f"uploads/{roster}"}


async def test_lines_that_name_nobody_keep_no_original(scorer: Scorer, contest: AContest) -> None:
    """A shop's own sales stand in most order files, between buyers' addresses; nobody will ever claim them."""
    await scorer.pool.execute("update contests set originals = 'DROP_AFTER_INGEST'")
    await an_account(contest, "lisi", uid="7000000000000000001")
    mine, nobodys = (
        ("69179267688236437" + last, AT, "5.00", "-", uid) for last, uid in (("99", "7000000000000000001"), ("98", "0"))
    )
    upload = await an_upload(contest, scorer.files, "订单.csv", orders(mine, nobodys))
    await do(scorer, upload)
    assert (await row(scorer.pool, "uploads", upload))["rows_unclaimed"] == 1
    await forget_files(scorer)
    assert await keys(scorer.files) == set()


async def test_a_file_that_failed_by_our_own_fault_can_be_read_again_for_a_week(
    scorer: Scorer, contest: AContest
) -> None:
    await scorer.pool.execute("update contests set originals = 'DROP_AFTER_INGEST'")
    upload = await an_upload(contest, scorer.files, "作品.csv", FILE)
    await scorer.pool.execute("update uploads set state = 'FAILED', ended_at = now() where id = $1", upload)
    await scorer.pool.execute("update jobs set state = 'FAILED', ended_at = now()")
    await forget_files(scorer)
    assert await keys(scorer.files) == {f"uploads/{upload}"}
    await scorer.pool.execute("update uploads set ended_at = now() - interval '8 days' where id = $1", upload)
    await forget_files(scorer)
    assert await keys(scorer.files) == set()


async def test_what_was_left_lying_is_sealed_or_deleted(keeping: Scorer, database: Pool, contest: AContest) -> None:
    before_sealing = await an_upload(contest, keeping.files, "旧.csv", FILE)
    twice = await an_upload(contest, keeping.files, "又来.csv", FILE)
    coming, never = [await an_upload(contest, keeping.files, name, FILE) for name in ("在传.csv", "没传完.csv")]
    await database.execute("update uploads set state = 'CREATED', bytes_at = null where id = any($1)", [coming, never])
    await database.execute("update uploads set created_at = now() - interval '8 days' where id = $1", never)
    assert await clear_bytes(keeping, twice) == FILE
    await put(keeping.files, f"uploads/{twice}", FILE)  # by an address that is good for an hour
    await put(keeping.files, f"uploads/{new_id()}", FILE)
    await put(keeping.files, "arriving/cut-off", b"x")

    await tidy(keeping, datetime.now(UTC) - timedelta(days=1))
    assert len(await keys(keeping.files)) == 7
    await tidy(keeping, LATER)
    assert await keys(keeping.files) == {f"originals/{before_sealing}", f"originals/{twice}", f"uploads/{coming}"}
    assert await clear_bytes(keeping, before_sealing) == FILE


async def test_two_who_seal_at_once_use_one_key(scorer: Scorer, contest: AContest) -> None:
    upload = await an_upload(contest, scorer.files, "作品.csv", FILE)
    first = await find_original(scorer.pool, upload)
    assert await clear_bytes(scorer, upload) == FILE
    # Somebody who had looked before the other one sealed it.
    assert first is not None
    assert first.key_sealed is None
    await put(scorer.files, f"uploads/{upload}", FILE)
    await tidy(scorer, LATER)
    assert await clear_bytes(scorer, upload) == FILE
