"""An archive as an auditor unpacks it: every digest, the signature as others check it, and what is not in it."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from uuid import UUID

import pytest

from services.scorer.archives.archive_contest import forget_archives
from services.scorer.audit.seal import seal
from services.scorer.context import Scorer
from services.shared.archives.place import passphrase_of
from services.shared.audit.actions import Action
from services.shared.audit.store import SCORER, Entry, record
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from services.shared.storage.seal import unseal
from tests.factories import AContest, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do
from tests.scorer.files import works


async def an_archive(contest: AContest, *, with_originals: bool = False) -> UUID:
    """One that waits."""
    archive_id = new_id()
    async with contest.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into archives (id, contest_id, with_originals, state) values ($1, $2, $3, 'QUEUED')",
            *(archive_id, contest.id, with_originals),
        )
        await enqueue(connection, JobKind.ARCHIVE_CONTEST, archive_id)
    return archive_id


async def made(scorer: Scorer, archive_id: UUID) -> bytes:
    """The zip of an archive once its job is done."""
    await do(scorer, archive_id)
    row = await scorer.pool.fetchrow("select * from archives where id = $1", archive_id)
    assert row is not None
    assert row["state"] == "READY"
    sealed = await scorer.files.read_whole(f"archives/{archive_id}/{row['sha256']}")
    content = unseal(sealed, scorer.vault.open_bytes(row["key_sealed"], archive_id), archive_id)
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (row["sha256"], row["size"])
    return content


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def ran(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command.split(), cwd=folder, check=False, capture_output=True, text=True)


async def a_contest_with_results(scorer: Scorer, database: Pool, files: FileStore) -> AContest:
    """One that has two runs, of which the second was adopted."""
    contest = await a_contest(database)
    ann = await an_account(contest, "ann")
    await database.execute("update contestants set name = '袁月月'")
    await do(scorer, await an_upload(contest, files, "a.csv", works(("片", "2021-07-21 08:00:00", 9)), account=ann))
    for _ in range(2):
        run_id = await a_run(contest)
        await do(scorer, run_id)
    await database.execute("update rounds set adopted_run_id = $2 where id = $1", contest.round_id, run_id)
    return contest


async def test_everything_in_an_archive_is_in_its_sums_and_its_runs_say_their_digest(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest_with_results(scorer, database, files)
    content = await made(scorer, await an_archive(contest))
    told = await database.fetchval("select changes -> 'digest' ->> 1 from audit_entries where action = 'ARCHIVE_READY'")
    assert told == hashlib.sha256(content).hexdigest()

    contents = unpacked(content)
    sums = {line[66:]: line[:64] for line in contents["SHA256SUMS"].decode().splitlines()}
    others = {name: hashlib.sha256(each).hexdigest() for name, each in contents.items() if "SUMS" not in name}
    assert sums == others
    index = json.loads(contents["index.json"])
    assert {one["path"]: one["sha256"] for one in index["files"]}.items() <= others.items()
    assert [name for name in sums if name.startswith(("runs/", "rules/"))] == [
        "rules/qualifier-v1.toml",
        "rules/qualifier-v1.zh.md",
        "rules/qualifier-v1.en.md",
        "runs/qualifier-2.zip",  # the one that was adopted
    ]
    lines = contents["tables/scoring_runs.csv"].decode("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[2] for line in lines] == ["1", "2"]
    with zipfile.ZipFile(io.BytesIO(contents["runs/qualifier-2.zip"])) as bundle:
        result, head = bundle.read("result.txt"), json.loads(bundle.read("bundle.json"))
    assert hashlib.sha256(result).hexdigest() == head["digest"]
    named = [name for name, each in contents.items() if "袁月月".encode() in each]
    assert named == ["tables/contestants.csv"]  # for organisers and auditors, who read it there anyway


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
async def test_other_programs_check_an_archive(
    scorer: Scorer, database: Pool, files: FileStore, tmp_path: Path
) -> None:
    contest = await a_contest(database)
    with zipfile.ZipFile(io.BytesIO(await made(scorer, await an_archive(contest)))) as archive:
        archive.extractall(tmp_path)
    openssl = "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig"
    for command in ("sha256sum -c SHA256SUMS", openssl):
        assert command in (tmp_path / "README.md").read_text()
        assert ran(command, tmp_path).returncode == 0
    (tmp_path / "formulas.md").write_text("1 + 1 = 3")
    said = ran("sha256sum -c SHA256SUMS", tmp_path)
    assert (said.returncode, "formulas.md: FAILED" in said.stdout) == (1, True)
    listed = (tmp_path / "SHA256SUMS").read_text()
    (tmp_path / "SHA256SUMS").write_text(listed.replace(listed[:8], "0" * 8))
    assert ran(openssl, tmp_path).returncode == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
async def test_originals_are_locked_in_an_archive_and_opened_by_openssl(
    scorer: Scorer, database: Pool, files: FileStore, tmp_path: Path
) -> None:
    contest = await a_contest_with_results(scorer, database, files)
    assert not [name for name in unpacked(await made(scorer, await an_archive(contest))) if "originals/" in name]
    archive_id = await an_archive(contest, with_originals=True)
    contents = unpacked(await made(scorer, archive_id))
    (locked,) = [name for name in contents if name.startswith("originals/")]
    (row,) = await database.fetch("select key_sealed from archives where id = $1", archive_id)
    (tmp_path / "all.zip.key").write_text(passphrase_of(scorer.vault.open_bytes(row["key_sealed"], archive_id)) + "\n")
    (tmp_path / "locked").write_bytes(contents[locked])
    openssl = "openssl enc -d -aes-256-ctr -pbkdf2 -pass file:{} -in {} -out {}"
    assert openssl.format("口令文件", "originals/SHA256", "原始文件") in contents["README.md"].decode()
    assert ran(openssl.format("all.zip.key", "locked", "clear"), tmp_path).returncode == 0
    clear = (tmp_path / "clear").read_bytes()
    assert clear == works(("片", "2021-07-21 08:00:00", 9))
    assert locked == f"originals/{hashlib.sha256(clear).hexdigest()}"
    assert clear not in contents[locked]


async def test_texts_that_a_program_takes_for_formulas_are_inert_in_tables(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    await an_account(contest, "ann")
    await database.execute("update contestants set name = '=1+1'")
    contents = unpacked(await made(scorer, await an_archive(contest)))
    assert ",'=1+1," in contents["tables/contestants.csv"].decode()


async def test_the_record_in_an_archive_tells_of_its_contest_alone(scorer: Scorer, database: Pool) -> None:
    here, other = await a_contest(database), await a_contest(database)
    async with database.acquire() as connection:
        for contest in (here, other, here):
            await record(connection, SCORER, Entry(Action.UPDATE_QUOTAS, "Contest", contest.id, contest.id))
    await seal(database)
    lines = unpacked(await made(scorer, await an_archive(here)))["audit.jsonl"].decode().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [sorted(row) for row in rows] == [["digest", "entry"], ["digest", "position"], ["digest", "entry"], ["head"]]
    assert str(other.id) not in "".join(lines)
    assert rows[-1]["head"] == f"3:{rows[2]['digest']}"


async def test_an_archive_is_not_written_over_a_result_that_does_not_hold(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest_with_results(scorer, database, files)
    await database.execute("update works set plays = plays + 1")
    archive_id = await an_archive(contest)
    await do(scorer, archive_id)
    (row,) = await database.fetch("select state, error from archives")
    assert (row["state"], row["error"]["code"]) == ("FAILED", "ARCHIVED_RESULT_CHANGED")
    assert row["error"]["parameters"] == {"round": "qualifier", "run": 2}


async def test_an_archive_is_gone_after_a_week_and_when_somebody_in_it_is_erased(
    scorer: Scorer, database: Pool
) -> None:
    contest = await a_contest(database)
    old, erased, kept = [await an_archive(contest) for _ in range(3)]
    for archive_id in (old, erased, kept):
        await made(scorer, archive_id)
    await database.execute("update archives set ended_at = now() - interval '8 days' where id = $1", old)
    await database.execute("update archives set state = 'DELETED' where id = $1", erased)
    await forget_archives(scorer)
    rows = await database.fetch("select id, state, key_sealed is not null as there, sha256 from archives order by id")
    found = [(row["id"], row["state"], row["there"]) for row in rows]
    assert found == [(old, "DELETED", False), (erased, "DELETED", False), (kept, "READY", True)]
    sizes = [await scorer.files.size(f"archives/{row['id']}/{row['sha256']}") for row in rows]
    assert [size is not None for size in sizes] == [False, False, True]


async def test_an_archive_that_was_called_off_while_it_waited_is_not_written(scorer: Scorer, database: Pool) -> None:
    archive_id = await an_archive(await a_contest(database))
    await database.execute("update archives set state = 'DELETED'")
    await do(scorer, archive_id)
    assert await database.fetchval("select state from jobs where subject_id = $1", archive_id) == "DONE"
    assert await database.fetchval("select key_sealed from archives") is None
