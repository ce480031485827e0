"""A contest archived and verified as somebody types it."""

import json
import zipfile
from pathlib import Path

import pytest

from services.cli.errors import CommandError
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.storage import open_files
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, a_run, an_account, an_upload
from tests.scorer.doing import do
from tests.scorer.files import works


async def test_a_contest_is_archived_with_a_scorer_at_work_and_verified_anywhere(
    typed: Typed,
    scorer: Scorer,
    database: Pool,
    settings: Settings,
    working: None,
    tmp_path: Path,
) -> None:
    contest, files = await a_contest(database), open_files(settings)
    ann = await an_account(contest, "ann")
    await do(scorer, await an_upload(contest, files, "a.csv", works(("片", "2021-07-21 08:00:00", 9)), account=ann))
    run_id = await a_run(contest)
    await do(scorer, run_id)
    await database.execute("update rounds set adopted_run_id = $2 where id = $1", contest.round_id, run_id)
    organiser = await a_person(database, Role.ORGANISER, contest)
    file = tmp_path / "all.zip"
    assert (await typed(organiser, "archive", "--to", file, "--with-originals")).startswith("已归档到")
    assert (tmp_path / "all.zip.key").stat().st_mode & 0o777 == 0o600
    found = json.loads(await typed(None, "verify", file, "--json"))
    assert (found["holds"], found["runs"], found["findings"]) == (True, 1, [])
    assert "请核对签名的公钥" in await typed(None, "verify", file)
    compared = await typed(None, "verify", file, "--key", found["publicKey"])
    assert (compared[:2], "请核对" in compared) == ("一致", False)
    with pytest.raises(CommandError, match=r"public-key\.pem：不是所给的公钥"):
        await typed(None, "verify", file, "--key", "00")

    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "changed.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b",ann,", b",bob,"))
    with pytest.raises(CommandError, match=r"tables/contestants\.csv：内容被改动"):
        await typed(None, "verify", tmp_path / "changed.zip")
    judge = await a_person(database, Role.JUDGE, contest)
    with pytest.raises(CommandError):
        await typed(judge, "archive", "--to", tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()
