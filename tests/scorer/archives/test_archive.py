"""An archive as an auditor unpacks it: every digest, and what must not be in it."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

from services.scorer.archives.write_archive import write_archive
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.storage import FileStore
from tests.factories import a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do
from tests.scorer.files import works


async def test_everything_in_an_archive_is_in_its_index_and_its_runs_say_their_digest(
    scorer: Scorer, database: Pool, files: FileStore, tmp_path: Path
) -> None:
    contest = await a_contest(database)
    ann = await an_account(contest, "ann")
    await database.execute("update contestants set name = '袁月月'")
    await do(scorer, await an_upload(contest, files, "a.csv", works(("片", "2021-07-21 08:00:00", 9)), account=ann))
    for _ in range(2):
        run_id = await a_run(contest)
        await do(scorer, run_id)
    await database.execute("update rounds set adopted_run_id = $2 where id = $1", contest.round_id, run_id)
    path = tmp_path / "archive.zip"
    digest = await write_archive(database, contest.id, path, scorer.vault)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    reason = await database.fetchval("select reason from audit_entries where action = 'ARCHIVE_CONTEST'")
    assert reason == f"SHA-256 {digest}"

    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    index = {one["path"]: one["sha256"] for one in json.loads(contents.pop("index.json"))}
    assert index == {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    assert [name for name in index if name.startswith(("runs/", "rules/"))] == [
        "rules/qualifier-v1.toml",
        "runs/qualifier-2.zip",  # the one that was adopted
    ]
    assert [line.split(",")[1] for line in contents["tables/scoring_runs.csv"].decode().splitlines()[1:]] == ["1", "2"]
    with zipfile.ZipFile(io.BytesIO(contents["runs/qualifier-2.zip"])) as bundle:
        result, head = bundle.read("result.txt"), json.loads(bundle.read("bundle.json"))
    assert hashlib.sha256(result).hexdigest() == head["digest"]
    assert "袁月月".encode() not in b"".join(contents.values())
