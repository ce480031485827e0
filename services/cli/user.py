"""`./livecup user`: who can sign in, and what they may do."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, notes, results, word
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.shared.logins import read_login
from services.shared.passwords import new_password
from services.shared.vocabulary import Role

user = Livecup(help="用户：列出、新建、授权、停用。 / Users: list, make, give rights, shut out.")
_ROLES = [role for role in Role if role is not Role.PUBLIC]
_KNOWN = "、".join(f"{word(role)} {role}" for role in _ROLES)


@user.command()
def create(
    login: Annotated[str, typer.Argument(help="登录名 / login")],
    *,
    role: Annotated[str, typer.Option("--role", help=f"身份：{_KNOWN}")],
    name: Annotated[str | None, typer.Option("--name", help="姓名，默认同登录名 / default: the login")] = None,
    city: Annotated[str | None, typer.Option("--city", help="经办人、领队的市州 / city of a clerk or leader")] = None,
    number: Annotated[int | None, typer.Option("--contestant", help="选手编号 / a contestant's number")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """新建登录账号，密码只显示一次。 / Make a sign-in; its password is shown once."""
    given = {"login": login, "name": name or login, "role": read_role(role), "password": new_password()}
    made = asyncio.run(_create(server, contest, given, city, number))
    answer = {"id": made["id"], "login": made["login"], "role": given["role"], "password": given["password"]}
    if as_json:
        emit(answer)
        return
    results.print(f"已建立{word(given['role'])} {made['login']}，密码（只显示一次）：{given['password']}", markup=False)


Login = Annotated[str, typer.Argument(help="登录名 / login")]
Reason = Annotated[str, typer.Option("--reason", help="理由 / why")]
City = Annotated[str | None, typer.Option("--city", help="经办人、领队的市州 / city of a clerk or leader")]
Installation = Annotated[bool, typer.Option("--all", help="所有赛事 / of every contest")]


@user.command("list")
def list_users(
    *,
    role: Annotated[str | None, typer.Option("--role", help=f"身份：{_KNOWN}")] = None,
    everywhere: Installation = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出谁有什么权限。 / Who holds which right."""
    found = asyncio.run(_list(server, None if everywhere else contest, read_role(role) if role else None, everywhere))
    if as_json:
        emit({"users": found})
        return
    columns = [
        Column("登录名", "login", whole=True),
        Column("姓名", "name"),
        Column("权限", "rights"),
        Column("状态", "state", whole=True),
    ]
    results.print(table(columns, (_cells(one) for one in found)))


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    state = "停用" if one["disabled"] else "验证码" if one["secondFactor"] else "-"
    return one["login"], one["name"], "；".join(_right(each) for each in one["grants"]) or "-", state


def _right(grant: dict[str, Any]) -> str:
    """`经办人 武汉市`"""
    side = {"HOST": "（主办）", "UNDERTAKER": "（承办）"}.get(grant["hostRole"], "")
    place = (grant["city"] or {}).get("name") or (grant["contest"] or {}).get("slug") or "所有赛事"
    number = f" #{grant['contestant']['number']}" if grant["contestant"] else ""
    return f"{word(grant['role'])}{side} {place}{number}"


async def _list(server: str | None, slug: str | None, role: str | None, everywhere: bool) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest_id = None if everywhere else (await chosen_contest(client, slug))["id"]
        return [one async for one in client.pages("Users", "users", contestId=contest_id, role=role)]


@user.command()
def grant(
    login: Login,
    *,
    role: Annotated[str, typer.Option("--role", help=f"身份：{_KNOWN}")],
    city: City = None,
    host_role: Annotated[
        str | None, typer.Option("--side", help="主办方：HOST 主办或 UNDERTAKER 承办，默认两者 / an organiser's side")
    ] = None,
    everywhere: Installation = False,
    reason: Reason = "",
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """授予已有账号一项权限。 / Give a right to somebody who can sign in."""
    given = {"login": login, "role": read_role(role), "hostRole": host_role and host_role.upper(), "reason": reason}
    made = asyncio.run(_grant(server, None if everywhere else (contest or ""), city, given))
    if as_json:
        emit(made)
    notes.print(f"已授予 {made['login']} {word(given['role'])}权限。 / Given.", markup=False)


async def _grant(server: str | None, slug: str | None, city: str | None, given: dict[str, Any]) -> dict[str, Any]:
    """A slug of None stands for every contest, an empty one for the only one."""
    async with signed_in(server) as client:
        where: dict[str, Any] = {}
        if slug is not None:
            contest = await chosen_contest(client, slug or None)
            where = {"contestId": contest["id"], "cityId": chosen_city(contest, city)}
        made: dict[str, Any] = (await client.mutate("GrantRole", **given, **where))["user"]
        return made


@user.command()
def revoke(
    login: Login,
    *,
    role: Annotated[str, typer.Option("--role", help=f"身份：{_KNOWN}")],
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")],
    city: City = None,
    everywhere: Installation = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """取消一项权限，立即生效。 / Take a right away, at once."""
    ended = asyncio.run(_revoke(server, None if everywhere else (contest or ""), login, read_role(role), city, reason))
    if as_json:
        emit(ended)
    notes.print(f"已取消 {ended['login']} 的权限。 / Taken away.", markup=False)


async def _revoke(  # noqa: PLR0917  what names one right
    server: str | None, slug: str | None, login: str, role: str, city: str | None, reason: str
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = None if slug is None else await chosen_contest(client, slug or None)
        place = (contest["id"] if contest else None, chosen_city(contest, city) if contest else None)
        found = await find_user(client, login)
        rights = [
            each["id"]
            for each in found["grants"]
            if each["role"] == role
            and (each["contest"] or {}).get("id") == place[0]
            and (place[1] is None or (each["city"] or {}).get("id") == place[1])
        ]
        if len(rights) != 1:
            raise CommandError(
                f"{login} 没有或不止一项这样的权限，请用 --city 等指明。 / None or several such rights: name the place."
            )
        ended: dict[str, Any] = (await client.mutate("RevokeGrant", grantId=rights[0], reason=reason))["user"]
        return ended


async def find_user(client: Client, login: str) -> dict[str, Any]:
    """Somebody within reach, by their login; raises CommandError."""
    async for one in client.pages("Users", "users"):
        if one["login"] == read_login(login):
            return one
    raise CommandError(f"没有登录名 {login}，或您无权查看。 / There is no such login, or it is not yours to see.")


@user.command()
def disable(
    login: Login,
    *,
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """停用账号，立即在所有设备上退出。 / Shut somebody out, at once."""

    found = asyncio.run(_manage(server, "DisableUser", login, reason))
    _say(found, "已停用", "Disabled", as_json=as_json)


@user.command()
def enable(
    login: Login,
    *,
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """恢复账号。 / Let somebody sign in again."""

    found = asyncio.run(_manage(server, "EnableUser", login, reason))
    _say(found, "已恢复", "Enabled", as_json=as_json)


@user.command("reset-totp")
def reset_totp(
    login: Login,
    *,
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """取消他人丢失的动态验证码，须先另行核实本人。 / Take away a second factor that somebody has lost."""

    found = asyncio.run(_manage(server, "ResetTotp", login, reason))
    _say(found, "已重置动态验证码", "Reset", as_json=as_json)


async def _manage(server: str | None, operation: str, login: str, reason: str) -> dict[str, Any]:
    """Does something to somebody's account."""
    async with signed_in(server) as client:
        found = await find_user(client, login)
        done: dict[str, Any] = (await client.mutate(operation, userId=found["id"], reason=reason))["user"]
        return done


def _say(answer: dict[str, Any], chinese: str, english: str, *, as_json: bool) -> None:
    if as_json:
        emit(answer)
    notes.print(f"{chinese} {answer['login']}。 / {english}.", markup=False)


def read_role(text: str) -> str:
    """The code of a role by its Chinese name or its code; raises CommandError naming all."""
    for role in _ROLES:
        if text.upper() == role or text == word(role):
            return role.value
    raise CommandError(f"没有身份“{text}”。可写：{_KNOWN}。 / There is no such role.")


async def _create(
    server: str | None, slug: str | None, given: dict[str, str], city: str | None, number: int | None
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        where = {
            "contestId": contest["id"],
            "cityId": chosen_city(contest, city),
            "contestantId": None,
        }
        if number is not None:
            where["contestantId"] = (await chosen_contestants(client, contest["id"], [number]))[number]
        made: dict[str, Any] = (await client.mutate("CreateUser", **given, **where))["user"]
        return made
