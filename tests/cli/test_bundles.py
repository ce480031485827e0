"""A run exported and verified as somebody types it; the check starts and ends a database of its own."""

import json
import zipfile
from pathlib import Path

import pytest

from services.cli.errors import CommandError
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.storage import FileStore, open_files
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, a_run, an_account, an_upload
from tests.scorer.doing import do
from tests.scorer.files import works


@pytest.fixture
def files(settings: Settings) -> FileStore:
    return open_files(settings)


async def test_a_run_is_exported_on_the_server_and_verified_anywhere(
    typed: Typed,
    scorer: Scorer,
    database: Pool,
    files: FileStore,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    contest = await a_contest(database)
    ann = await an_account(contest, "ann")
    await do(scorer, await an_upload(contest, files, "a.csv", works(("片", "2021-07-21 08:00:00", 9)), account=ann))
    run_id = await a_run(contest)
    await do(scorer, run_id)
    await database.execute("update rounds set adopted_run_id = $2 where id = $1", contest.round_id, run_id)
    organiser = await a_person(database, Role.ORGANISER, contest)
    monkeypatch.setenv("LIVECUP_HOME", str(settings.home))
    monkeypatch.delenv("REDIS_URL", raising=False)  # as on an embedded installation
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LIVECUP_SECRET_KEY", settings.secret_key.get_secret_value())
    file = tmp_path / "run.zip"
    said = await typed(organiser, "export", file, "--with-originals")
    assert said.startswith("已导出第 1 次核算到")
    assert (tmp_path / "run.zip.key").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as bundle:
        assert [name.split("/")[0] for name in bundle.namelist()[-2:]] == ["uploads", "originals"]
    await database.execute("update works set plays = 90000")
    with pytest.raises(CommandError, match=r"作品被改动：选手 1，a\.csv，第 2 行，plays：库中 90000，应为 9"):
        await typed(organiser, "verify")
    monkeypatch.delenv("DATABASE_URL")
    assert json.loads(await typed(None, "verify", file, "--json"))["holds"] is True
    file.write_bytes(b"no bundle")
    with pytest.raises(CommandError, match="不是完整的数据包"):
        await typed(None, "verify", file)
