"""`./livecup user`: make somebody who can sign in."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, results, word
from services.cli.usage import Livecup
from services.shared.passwords import new_password
from services.shared.vocabulary import Role

user = Livecup(help="用户：新建登录账号。 / Users: make sign-ins.")
_ROLES = [role for role in Role if role is not Role.PUBLIC]
_KNOWN = "、".join(f"{word(role)} {role}" for role in _ROLES)


@user.command()
def create(
    login: Annotated[str, typer.Argument(help="登录名 / login")],
    *,
    role: Annotated[str, typer.Option("--role", help=f"身份：{_KNOWN}")],
    name: Annotated[str | None, typer.Option("--name", help="姓名，默认同登录名 / default: the login")] = None,
    city: Annotated[str | None, typer.Option("--city", help="领队的市州 / a leader's city")] = None,
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
