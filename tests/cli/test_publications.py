"""Publications as somebody types them, from preparing one to checking a kept one without a server."""

import asyncio
import json
from pathlib import Path

import pytest

from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, a_scored_run, an_account

WHO = ("--contact", "组委会:027-00000001", "--supervision", "机关纪委:027-00000002")
RENDERING = "select state from jobs where kind = 'RENDER_PUBLICATION'"


@pytest.mark.usefixtures("working")
async def test_a_notice_from_its_preparation_to_its_withdrawal(typed: Typed, database: Pool, tmp_path: Path) -> None:
    contest = await a_contest(database)
    accounts = [await an_account(contest, f"主播{number}") for number in range(3)]
    await a_scored_run(contest, accounts, adopted=True)
    one, other = [await a_person(database, Role.ORGANISER, contest) for _ in range(2)]
    masked = await typed(one, "publish", "mask", "--names", "仅姓", "--no-divisions", "--reason", "按通知")
    assert masked == "从下一版起：姓名只公布姓，不公布组别，公布完整账号。\n"
    with pytest.raises(CommandError, match="公示须写明联系人"):
        await typed(one, "publish", "prepare", "公示", "--notice-until", "2099-01-01")
    said = await typed(one, "publish", "prepare", "公示", "--notice-days", 5, *WHO)
    assert said.startswith("第 1 版《选手全员赛成绩公示》已准备好")
    with pytest.raises(CommandError, match="两个人"):
        await typed(one, "publish", "approve", 1)
    draft = await typed(other, "publish", "show", 1)
    assert "批准时发布" in draft
    assert "公示期：自批准发布之时起，至次日起算的第 5 天 24:00（北京时间）" in draft
    assert "待批准稿摘要 " in draft
    digest = draft.split("待批准稿摘要 ")[1][:64]
    approved = await typed(other, "publish", "approve", 1, "--digest", digest)
    assert approved.startswith("第 1 版已批准，现已公开，摘要 ")
    shown = await typed(None, "publish", "show")
    assert "公示期：" in shown
    assert "监督电话：机关纪委 027-00000002" in shown
    assert "主**" in shown
    assert "学员" not in shown
    listed = await typed(None, "rankings")
    assert "1 主**" in listed
    assert "共 3 人" in listed
    own = await a_person(database, Role.CONTESTANT, contest, contestant=accounts[1].contestant_id)
    assert "98.50" in await typed(own, "explain", 2)
    with pytest.raises(CommandError, match="没有 1 号选手，或您无权查看"):
        await typed(own, "explain", 1)
    withdrawn = await typed(other, "publish", "withdraw", 1, "--reason", "数据有误")
    assert withdrawn == "第 1 版已撤回。\n"
    assert "已撤回（数据有误）" in await typed(None, "publish", "list")

    while await database.fetchval(RENDERING) not in {"DONE", "FAILED"}:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    fetched = json.loads(await typed(None, "publish", "documents", "--to", tmp_path, 1, "--json"))["files"]
    assert {Path(path).suffix for path in fetched} == {".pdf", ".docx", ".xlsx", ".csv"}
    (table,) = [Path(path) for path in fetched if path.endswith(".csv")]
    assert "主**" in table.read_text(encoding="utf-8-sig")

    await typed(None, "publish", "save", 1, "--to", tmp_path)
    file = tmp_path / "publication-1.json"
    found = json.loads(await typed(None, "publish", "verify", file, "--json"))
    assert (found["holds"], found["revision"]) == (True, 1)
    assert "It holds" in await typed(None, "publish", "verify", file, "--key", found["publicKey"])
    with pytest.raises(CommandError, match="另一把密钥"):
        await typed(None, "publish", "verify", file, "--key", "00" * 32)
    file.write_bytes(file.read_bytes().replace(b"99.50", b"99.60"))
    with pytest.raises(CommandError, match="已被改动"):
        await typed(None, "publish", "verify", file)
