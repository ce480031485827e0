"""An export holds everything that is sealed, and is checked by itself."""

import json
from pathlib import Path

import pytest

from services.cli.audit_chain import chain_of_database, chain_of_file, write_export
from services.scorer.audit.seal import head_of, seal
from services.shared.audit.chain import Checked
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from tests.scorer.audit.entries import recorded


async def test_an_export_of_the_database_holds_and_names_the_head(
    database: Pool, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cli.audit_chain.Settings.read", lambda: settings)
    ids = await recorded(database, "一", "二", "三")
    await seal(database)
    await recorded(database, "四")
    file = tmp_path / "audit.jsonl"
    head = await write_export(file)
    assert head == await head_of(database)
    *lines, last = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["entry"]["id"] for line in lines] == [str(each) for each in ids]
    assert [line["entry"]["position"] for line in lines] == [1, 2, 3]
    assert last == {"head": str(head)}
    assert chain_of_file(file, head) == Checked(head, None)
    assert await chain_of_database(head) == Checked(head, None)
    await database.execute("update audit_entries set login = '' where reason = '二'")
    broken = await chain_of_database(head)
    await write_export(file)
    assert chain_of_file(file, head) == broken
    assert broken.bad is not None
    assert broken.bad.position == 2
