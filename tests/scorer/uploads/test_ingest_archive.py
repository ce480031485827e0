"""A zip of files: every file ends on its own, whatever the others are."""

import pytest

from services.scorer.context import Scorer
from services.scorer.uploads import ingest_archive
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadKind
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from tests.factories import a_contest, an_account, an_upload
from tests.kept import keys
from tests.people import an_alias
from tests.scorer.doing import codes, do, row, tuples
from tests.scorer.files import works, zipped

AT = "2021-07-21 08:00:00"


async def test_one_broken_file_stops_no_other(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_archive, "FILES_PER_COMMIT", 2)
    contest = await a_contest(database)
    zhang, li = await an_account(contest, "zhangsan"), await an_account(contest, "lisi")
    content = zipped(
        ("抖音-zhangsan/一.csv", works(("甲", AT, 100))),
        ("抖音-zhangsan/坏.xlsx", b"PK\x03\x04 not a workbook"),
        ("抖音-zhangsan/再一次.csv", works(("甲", AT, 100))),
        ("抖音：LiSi/作品.csv", works(("乙", AT, 5), ("丙", "2021-07-22 08:00:00", 6))),
        ("抖音-nobody/作品.csv", works(("丁", AT, 1))),
    )
    archive = await an_upload(contest, files, "武汉.zip", content, kind=UploadKind.ARCHIVE)

    await do(scorer, archive)

    members = await database.fetch(
        "select id, name, state, account_id, accepted_sequence, rows_new from uploads where parent_id = $1", archive
    )
    by_name = {member["name"]: member for member in members}
    assert {name: member["state"] for name, member in by_name.items()} == {
        "抖音-zhangsan/一.csv": "ACCEPTED",
        "抖音-zhangsan/坏.xlsx": "REFUSED",
        "抖音-zhangsan/再一次.csv": "DUPLICATE",
        "抖音：LiSi/作品.csv": "ACCEPTED",
        "抖音-nobody/作品.csv": "REFUSED",
    }
    assert by_name["抖音：LiSi/作品.csv"]["account_id"] == li.id
    assert await codes(database, by_name["抖音-nobody/作品.csv"]["id"]) == ["FOLDER_ACCOUNT_UNKNOWN"]
    sequences = sorted(m["accepted_sequence"] for m in members if m["accepted_sequence"] is not None)
    assert sequences == [1, 2]
    whole = await row(database, "uploads", archive)
    assert (whole["state"], whole["kind"], whole["files_total"], whole["files_done"]) == ("ACCEPTED", "ARCHIVE", 5, 5)
    assert (whole["rows_read"], whole["rows_new"]) == (4, 3)
    assert await database.fetchval("select sequence from contests") == 2
    assert {r["contestant_id"] for r in await database.fetch("select * from works")} == {
        zhang.contestant_id,
        li.contestant_id,
    }


async def test_a_folder_named_by_an_approved_alias_is_the_accounts(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    zhang, li = await an_account(contest, "zhangsan"), await an_account(contest, "lisi")
    await an_alias(contest, zhang.id, "Zhang.New")
    await an_alias(contest, li.id, "Li.New", state="ASKED")
    content = zipped(
        ("抖音-zhang.new/作品.csv", works(("甲", AT, 100))),
        ("抖音-li.new/作品.csv", works(("乙", AT, 5))),
        ("快手-zhang.new/作品.csv", works(("丙", AT, 6))),
    )
    archive = await an_upload(contest, files, "武汉.zip", content, kind=UploadKind.ARCHIVE)

    await do(scorer, archive)

    found = 'select name, state, account_id from uploads where parent_id is not null order by name collate "C"'
    assert await tuples(database, found) == [
        ("快手-zhang.new/作品.csv", "REFUSED", None),
        ("抖音-li.new/作品.csv", "REFUSED", None),
        ("抖音-zhang.new/作品.csv", "ACCEPTED", zhang.id),
    ]
    assert await tuples(database, "select contestant_id, plays from works") == [(zhang.contestant_id, 100)]


async def test_an_archive_is_withdrawn_with_its_files(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    content = zipped(("抖音-zhangsan/一.csv", works(("甲", AT, 1))), ("抖音-zhangsan/二.csv", works(("甲", AT, 2))))
    archive = await an_upload(contest, files, "a.zip", content)
    await do(scorer, archive)
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update uploads set withdrawn_reason = '错' where id = $1", archive)
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, archive)

    await do(scorer, archive)

    assert await tuples(database, "select distinct state, withdrawn_sequence, withdrawn_reason from uploads") == [
        ("WITHDRAWN", 3, "错")
    ]
    assert await tuples(database, "select distinct to_sequence from works") == [(3,)]
    assert await tuples(database, "select distinct to_sequence from coverage") == [(3,)]


async def test_a_broken_archive_is_refused(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    archive = await an_upload(contest, files, "a.zip", b"PK\x03\x04 broken")
    await do(scorer, archive)
    assert (await row(database, "uploads", archive))["state"] == "REFUSED"
    assert await codes(database, archive) == ["ARCHIVE_BROKEN"]


async def test_what_a_broken_transaction_unpacked_is_no_upload(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    archive = await an_upload(contest, files, "a.zip", zipped(("抖音-zhangsan/一.csv", works(("甲", AT, 1)))))

    async def breaks(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("services.scorer.uploads.store.plan_archive", breaks)
        await do(scorer, archive)
    assert len(await keys(files)) == 2

    await do(scorer, archive)
    (member,) = await database.fetch("select id from uploads where parent_id = $1", archive)
    assert await keys(files) == {f"originals/{archive}", f"originals/members-of-{archive}/{member['id']}"}
