"""`./livecup people`: contestants listed, shown, entered, mended, withdrawn, transferred."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants, chosen_division
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, account, emit, results
from services.cli.person import person_lines, state_of
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.cli.window import read_way
from services.shared.handles import read_account

people = Livecup(
    help="选手：列出、查看、录入、修改、退出、调整。 / People: list, show, enter, mend, withdraw, transfer."
)
Number = Annotated[int, typer.Argument(help="选手编号 / their number")]
Why = Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")]
AccountText = Annotated[str, typer.Option("--account", help="平台和账号，如 抖音:zhangsan / platform and handle")]
City = Annotated[str | None, typer.Option("--city", help="市州 / city")]
Division = Annotated[str | None, typer.Option("--division", help="组别 / division")]
_COLUMNS = [
    Column("编号", number=True),
    Column("姓名", "name"),
    Column("市州"),
    Column("组别"),
    Column("账号"),
    Column("审核"),
]


@people.command("list")
def list_people(
    *,
    city: City = None,
    division: Division = None,
    search: Annotated[str | None, typer.Option("--search", help="姓名、账号或编号 / part of name or handle")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出选手。 / List contestants."""
    found = asyncio.run(_list(server, contest, city, division, search))
    if as_json:
        emit({"contestants": found})
        return
    if found:
        results.print(table(_COLUMNS, (_line(one) for one in found)))
    else:
        results.print("没有这样的选手，或不在您负责的范围。 / There are none that you may see.")


def _line(one: dict[str, Any]) -> tuple[str, ...]:
    return str(one["number"]), one["name"], one["city"]["name"], one["division"]["name"], account(one), state_of(one)


async def _list(
    server: str | None, slug: str | None, city: str | None, division: str | None, search: str | None
) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        chosen = await chosen_contest(client, slug)
        wanted = {"cityId": chosen_city(chosen, city), "divisionId": chosen_division(chosen, division)}
        pages = client.pages("People", "contestants", contestId=chosen["id"], filter={**wanted, "search": search})
        return [one async for one in pages]


async def find_person(client: Client, chosen: dict[str, Any], number: int) -> dict[str, Any]:
    """The contestant of a number; raises CommandError."""
    async for one in client.pages("People", "contestants", contestId=chosen["id"], filter={"search": str(number)}):
        if one["number"] == number:
            return one
    raise CommandError(f"没有编号为 {number} 的选手。 / There is no contestant of that number.")


@people.command()
def show(number: Number, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """查看一位选手。 / Show a contestant."""
    found = asyncio.run(_show(server, contest, number))
    if as_json:
        emit(found)
        return
    results.print(*person_lines(found), sep="\n", markup=False)


async def _show(server: str | None, slug: str | None, number: int) -> dict[str, Any]:
    async with signed_in(server) as client:
        found = await find_person(client, await chosen_contest(client, slug), number)
        person: dict[str, Any] = (await client.query("Person", id=found["id"]))["contestant"]
        return person


@people.command()
def enter(
    name: Annotated[str, typer.Argument(help="姓名 / name")],
    *,
    city: Annotated[str, typer.Option("--city", help="市州 / city")],
    division: Annotated[str, typer.Option("--division", help="组别 / division")],
    id_number: Annotated[str, typer.Option("--id-number", prompt="身份证号", help="身份证号 / ID number")],
    phone: Annotated[str, typer.Option("--phone", prompt="手机号", help="手机号 / phone")],
    handle: AccountText,
    followers: Annotated[int | None, typer.Option("--followers", help="粉丝数量 / followers")] = None,
    experience: Annotated[str, typer.Option("--experience", help="直播经验 / experience")] = "",
    remark: Annotated[str, typer.Option("--remark", help="备注 / remark")] = "",
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """录入一位推荐选手。 / Enter a person whom a city recommends."""
    told: dict[str, Any] = {"name": name, "idNumber": id_number, "phone": phone, **typed_account(handle)}
    told |= {"followers": followers, "experience": experience, "remark": remark}
    _said(asyncio.run(_enter(server, contest, (city, division), told)), "已录入", as_json)


def typed_account(text: str) -> dict[str, str]:
    """Platform and handle of `抖音:zhangsan`; raises CommandError."""
    found = read_account(text)
    if found is None:
        raise CommandError(f"看不出平台和账号：{text}。请写成 抖音:账号 或 快手:账号。 / Say platform:handle.")
    return {"platform": found[0].value, "handle": found[1]}


async def _enter(server: str | None, slug: str | None, spot: tuple[str, str], told: dict[str, Any]) -> dict[str, Any]:
    async with signed_in(server) as client:
        chosen = await chosen_contest(client, slug)
        where = {"cityId": chosen_city(chosen, spot[0]), "divisionId": chosen_division(chosen, spot[1])}
        entered: dict[str, Any] = await client.mutate("EnterContestant", **told, **where, idempotencyKey=str(uuid4()))
        return entered


@people.command()
def mend(
    number: Number,
    *,
    name: Annotated[str | None, typer.Option("--name", help="姓名 / name")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="手机号 / phone")] = None,
    id_number: Annotated[str | None, typer.Option("--id-number", help="身份证号 / ID number")] = None,
    handle: Annotated[str | None, typer.Option("--account", help="平台和账号 / platform and handle")] = None,
    experience: Annotated[str | None, typer.Option("--experience", help="直播经验 / experience")] = None,
    again: Annotated[bool, typer.Option("--again", help="信息不变，重新提交审核 / send it again as it is")] = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """修改选手信息；被退回的修改后重新提交。 / Mend; somebody returned is sent again."""
    told = {"name": name, "phone": phone, "idNumber": id_number, "experience": experience}
    told |= typed_account(handle) if handle else {}
    given = {field: value for field, value in told.items() if value is not None}
    if not given and not again:
        raise CommandError(
            "没有写明要改什么。只补了材料、信息不变，请加 --again 重新提交。"
            " / Nothing to change; --again sends it as it is."
        )
    done = asyncio.run(_change(server, contest, number, "mend", given))
    _said(done, "已修改" if done["changed"] else "没有变更，所填与现有信息相同", as_json)


@people.command()
def withdraw(
    number: Number, *, reason: Why, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """选手退出比赛，名额空出。 / Somebody leaves the contest."""
    _said(asyncio.run(_change(server, contest, number, "withdraw", {"reason": reason})), "已退出", as_json)


@people.command()
def trained(
    numbers: Annotated[list[int], typer.Argument(help="选手编号 / contestants' numbers")],
    *,
    on: Annotated[str | None, typer.Option("--on", help="完成日期，如 2021-08-20 / the day")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="撤销误登的 / take back")] = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """登记完成线上培训的选手。 / Record who has completed the online training."""
    if (on is None) != undo:
        raise CommandError("请写 --on 日期，或 --undo 撤销。 / Say --on DAY or --undo.")
    done = asyncio.run(_trained(server, contest, numbers, on))
    if as_json:
        emit(done)
    else:
        results.print(f"已{'撤销' if undo else '登记'} {len(done['contestants'])} 人。", markup=False)


async def _trained(server: str | None, slug: str | None, numbers: list[int], on: str | None) -> dict[str, Any]:
    async with signed_in(server) as client:
        who = await chosen_contestants(client, (await chosen_contest(client, slug))["id"], numbers)
        return await client.mutate("RecordTraining", contestantIds=list(who.values()), trainedOn=on)


@people.command()
def transfer(
    number: Number,
    *,
    city: City = None,
    division: Division = None,
    way: Annotated[str | None, typer.Option("--way", help="报名方式：推荐 或 自主报名 / how they came in")] = None,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """调整选手的市州、组别或报名方式。 / Transfer somebody to another city, division or way."""
    given = {"city": city, "division": division, "way": read_way(way) if way else None, "reason": reason}
    _said(asyncio.run(_change(server, contest, number, "transfer", given)), "已调整", as_json)


async def _change(
    server: str | None, slug: str | None, number: int, what: str, given: Mapping[str, str | None]
) -> dict[str, Any]:
    async with signed_in(server) as client:
        chosen = await chosen_contest(client, slug)
        who = (await find_person(client, chosen, number))["id"]
        if what == "mend":
            return await client.mutate("MendContestant", contestantId=who, **given)
        if what == "withdraw":
            return await client.mutate("WithdrawContestant", contestantId=who, **given)
        where = {
            "cityId": chosen_city(chosen, given["city"]),
            "divisionId": chosen_division(chosen, given["division"]),
            "entryWay": given["way"],
        }
        return await client.mutate("TransferContestant", contestantId=who, reason=given["reason"], **where)


def _said(answer: dict[str, Any], what: str, as_json: bool) -> None:
    found = answer["contestant"]
    if as_json:
        emit(found)
    else:
        results.print(f"{what}：{found['number']} 号 {found['name']}", markup=False)
