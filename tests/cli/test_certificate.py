"""Certificates as somebody types them."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.publications.snapshot import PublishedAward, PublishedWinner
from services.shared.vocabulary import PublicationStage, Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, an_account
from tests.revisions import a_revision
from tests.shared.publications.revisions import a_snapshot

PRINTING = "select state from jobs where kind = 'PRINT_CERTIFICATES'"


@pytest.mark.usefixtures("working")
async def test_certificates_from_their_issue_to_a_check(typed: Typed, database: Pool, tmp_path: Path) -> None:
    contest = await a_contest(database)
    await an_account(contest, "first")
    organiser = await a_person(database, Role.ORGANISER, contest)
    assert await typed(organiser, "certificate", "list") == "没有证书。 / No certificates.\n"
    with pytest.raises(CommandError, match="没有第 2 版"):
        await typed(organiser, "certificate", "issue", 2)
    award = PublishedAward("first", "一等奖", (PublishedWinner(1, "武汉市", 1, "张**"),))
    final = replace(a_snapshot(), stage=PublicationStage.FINAL, notice=None, corrects=None, awards=(award,))
    await a_revision(contest, final)
    assert await typed(organiser, "certificate", "issue", 2) == "新签发 1 张证书。 / 1 are new.\n"
    while await database.fetchval(PRINTING) not in {"DONE", "FAILED"}:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    files = json.loads(await typed(organiser, "certificate", "fetch", tmp_path / "out", "--json"))["files"]
    code = Path(files[0]).stem
    assert code in PdfReader(files[0]).pages[0].extract_text()
    assert f"{code} " in await typed(organiser, "certificate", "list")
    said = f"{code}　张**（武汉市）　测试赛选手全员赛　一等奖\n有效，依据第 2 版公布\n"
    assert await typed(None, "certificate", "check", code.lower()) == said
    with pytest.raises(CommandError, match="没有这个查验码"):
        await typed(None, "certificate", "check", "0000-0000-0000")
    with pytest.raises(CommandError, match="没有查验码为 X 的证书"):
        await typed(organiser, "certificate", "fetch", tmp_path, "--code", "X")
