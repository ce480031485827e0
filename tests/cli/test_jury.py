"""A jury as organisers and judges type it."""

import pytest

from services.cli.client import RefusedError
from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.test_jury import JURY_RULES
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, an_account


async def test_a_jury_from_its_seats_to_a_correction_after_closing(typed: Typed, database: Pool) -> None:
    contest = await a_contest(database, rules=JURY_RULES)
    await an_account(contest, "first")
    await an_account(contest, "second", city=1)
    organiser, second = [await a_person(database, Role.ORGANISER, contest) for _ in range(2)]
    judge, colleague = [await a_person(database, Role.JUDGE, contest) for _ in range(2)]
    with pytest.raises(CommandError, match="没有登录名为"):
        await typed(organiser, "jury", "seat", "STAGE", "nobody")
    said = await typed(organiser, "jury", "seat", "STAGE", f"{judge.login}=恩施", colleague.login)
    assert said.startswith("现场评委：")
    await typed(organiser, "jury", "seat", "STAGE", f"{judge.login}=恩施", colleague.login, "--until", "2099-01-01")
    assert "评分中，2099-01-02 00:00 起不再收评委评分" in await typed(judge, "jury", "panels")
    assert await typed(judge, "jury", "give", 1, "SHOW=50.5", "TALK=30") == "1 号选手：80.5 分。 / Marked.\n"
    with pytest.raises(RefusedError, match="须回避 2 号选手"):
        await typed(judge, "jury", "give", 2, "SHOW=50.5", "TALK=30")
    with pytest.raises(CommandError, match="应如 CONTENT"):
        await typed(judge, "jury", "give", 1, "50.5")
    await typed(colleague, "jury", "recuse", "--person", 2, "--reason", "师生")
    sheet = ("--judge", colleague.login, "--reason", "纸质评分表")
    assert "待另一人确认" in await typed(organiser, "jury", "type", 1, "SHOW=40", "TALK=20", *sheet)
    assert "评分 1 份" in await typed(judge, "jury", "marks")
    listed = await typed(organiser, "jury", "marks", "--person", 1)
    assert "评分 2 份" in listed
    assert "待确认" in listed
    await typed(second, "jury", "decline", 1, *sheet)
    await typed(organiser, "jury", "type", 1, "SHOW=40", "TALK=20", *sheet)
    confirm = ("jury", "confirm", 1, "--judge", colleague.login)
    with pytest.raises(CommandError, match="--struck-out"):
        await typed(second, *confirm)
    assert "60，有效" in await typed(second, *confirm, "--points", "60")
    with pytest.raises(CommandError, match="--yes"):
        await typed(organiser, "jury", "close")
    assert "已截止" in await typed(organiser, "jury", "close", "--yes")
    assert "评分 2 份" in await typed(judge, "jury", "marks")
    await typed(organiser, "jury", "type", 1, *sheet)
    with pytest.raises(RefusedError, match="与原件核对"):
        await typed(second, *confirm, "--points", "60")
    assert "不计，有效" in await typed(second, *confirm, "--struck-out")
    shown = await typed(judge, "jury", "panels")
    assert "要点 SHOW 表现：0–60 分" in shown
    assert "，恩施州：已评 1 人" in shown
    assert "2 second（抖音 second），师生" in shown
