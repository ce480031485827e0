"""Appeals and objections as somebody types them."""

import json

import pytest

from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, an_account


async def test_an_appeal_from_its_filing_to_its_end(typed: Typed, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    contestant = await a_person(database, Role.CONTESTANT, contest, contestant=account.contestant_id)
    organiser, second = [await a_person(database, Role.ORGANISER, contest) for _ in range(2)]
    said = await typed(organiser, "appeal", "settings", "--two", "--blocking", "--reason", "章程第九条")
    assert said == "结论须两人。未办结不公布。\n"
    said = await typed(contestant, "appeal", "file", 1, "--text", "8 月 3 日的场次没有计入")
    number = await database.fetchval("select number from appeals")
    assert said.startswith(f"已提交，编号 {number}。查询码（只显示这一次）：")
    assert f"办理情况：./livecup appeal show {number} --secret " in said
    with pytest.raises(CommandError, match="异议须实名，请写 --name 真实姓名 --phone 手机号"):
        await typed(None, "appeal", "file", 1, "--kind", "异议", "--text", "有误", "--public")
    assert "不分市州" not in await typed(organiser, "waiting")
    with pytest.raises(CommandError, match="没有第 2 号"):
        await typed(organiser, "appeal", "show", 2)
    login = await database.fetchval("select login from users where id = $1", second.user_id)
    assert "，承办人 " in await typed(organiser, "appeal", "assign", number, login)
    assert "1 件申诉、异议待承办人作出结论。" in await typed(second, "waiting")
    with pytest.raises(CommandError, match="可写：成立、不成立、不予受理"):
        await typed(second, "appeal", "decide", number, "也许", "--reason", "x")
    said = await typed(second, "appeal", "decide", number, "成立", "--reason", "导出文件缺这一场")
    assert said == f"第 {number} 号 申诉：1 号选手，选手全员赛，待复核。\n"
    assert "待复核：成立，导出文件缺这一场" in await typed(organiser, "appeal", "show", number)
    assert (
        await typed(organiser, "appeal", "confirm", number, "成立")
        == f"第 {number} 号 申诉：1 号选手，选手全员赛，成立。\n"
    )
    assert "结论：成立，导出文件缺这一场" in await typed(contestant, "appeal", "show", number)
    done = ("penalty", "apply", 1, "减半", "--item", "SALES", "--reason", "申诉成立", "--json")
    penalty = json.loads(await typed(organiser, *done))["id"]
    assert f"处理结果：扣罚 {penalty}" in await typed(organiser, "appeal", "link", number, penalty)
    assert (await typed(organiser, "appeal", "list", "--led-to", penalty)).startswith(f"第 {number} 号")
    name = await database.fetchval("select name from users where id = $1", contestant.user_id)
    assert (await typed(organiser, "appeal", "filer", number, "--reason", "电话核实")).split() == [name]
