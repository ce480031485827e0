"""`./livecup register`: somebody takes part by themselves, and can sign in from then on."""

import asyncio
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_division
from services.cli.client import Client
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, emit, notes, results
from services.cli.people import typed_account
from services.cli.sign_in import read_password
from services.shared.settings import Settings

Told = dict[str, str]


def register(
    *,
    name: Annotated[str | None, typer.Option("--name", help="姓名 / name")] = None,
    city: Annotated[str | None, typer.Option("--city", help="户籍或居住的市州 / where you are from or live")] = None,
    division: Annotated[str | None, typer.Option("--division", help="组别 / division")] = None,
    id_number: Annotated[str | None, typer.Option("--id-number", help="身份证号 / ID number")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="手机号 / phone")] = None,
    handle: Annotated[str | None, typer.Option("--account", help="平台和账号，如 抖音:zhangsan / your account")] = None,
    followers: Annotated[int | None, typer.Option("--followers", help="粉丝数量 / followers")] = None,
    experience: Annotated[str, typer.Option("--experience", help="直播经验、荣誉 / experience")] = "",
    login: Annotated[str | None, typer.Option("--login", help="以后登录用的登录名 / to sign in with")] = None,
    agree: Annotated[
        str | None, typer.Option("--agree", help="同意的同意书版本；不写则显示全文并询问 / of the text you agree to")
    ] = None,
    contest: ContestSlug = None,
    server: Annotated[str | None, typer.Option("--server", help="API 地址 / the API's address")] = None,
    password: Annotated[str | None, typer.Option("--password-file", help="密码文件，- 为标准输入 / - is stdin")] = None,
    as_json: Json = False,
) -> None:
    """自主报名；没有写明的会逐项询问。 / Take part; what you leave out is asked for."""
    settings = Settings.read()
    address = server or f"http://{settings.host}:{settings.port}"
    chosen = asyncio.run(_contest(address, contest))
    version = _agreed(chosen, agree)
    told = {
        "name": _asked(name, "姓名 / name"),
        "idNumber": _asked(id_number, "身份证号 / ID number"),
        "phone": _asked(phone, "手机号 / phone"),
        "experience": experience,
        **typed_account(_asked(handle, "平台和账号，如 抖音:zhangsan / platform and handle")),
        "login": _asked(login, "登录名 / login"),
    }
    where = _where(chosen, city, division)
    given = {**told, **where, "followers": followers, "consentVersion": version, "password": read_password(password)}
    number = asyncio.run(_register(address, given))
    if as_json:
        emit({"contest": chosen["slug"], "number": number, "login": told["login"]})
    else:
        _say(number, told["login"])


def _say(number: int, login: str) -> None:
    said = (
        f"报名成功，您是 {number} 号选手，请等待资格审核。用 ./livecup sign-in {login} 登录查看。 / You are registered."
    )
    results.print(said, markup=False, soft_wrap=True)


def _asked(given: str | None, what: str) -> str:
    """What was given, or what whoever sits there types."""
    if given is not None:
        return given
    typed: str = typer.prompt(what, err=True)
    return typed


def _where(contest: dict[str, Any], city: str | None, division: str | None) -> dict[str, str | None]:
    return {
        "cityId": chosen_city(contest, _asked(city, f"市州（{_names(contest, 'cities')}）")),
        "divisionId": chosen_division(contest, _asked(division, f"组别（{_names(contest, 'divisions')}）")),
    }


def _names(contest: dict[str, Any], what: str) -> str:
    return "、".join(one["name"] for one in contest[what])


def _agreed(contest: dict[str, Any], version: str | None) -> str:
    """The version of the text that is agreed to; raises CommandError without agreement."""
    consent = contest["consent"]
    if consent is None:
        raise CommandError("赛事还没有公布报名同意书，暂时不能报名。 / There is no text to agree to yet.")
    if version is not None:
        return version
    notes.print(consent["text"], markup=False)
    if not typer.confirm(f"以上为报名同意书（{consent['version']}），是否同意 / Do you agree?", err=True):
        raise CommandError("未同意，没有报名。 / Not agreed: nothing was sent.")
    agreed: str = consent["version"]
    return agreed


async def _contest(address: str, slug: str | None) -> dict[str, Any]:
    async with Client(address) as client:
        return await chosen_contest(client, slug)


async def _register(address: str, given: dict[str, Any]) -> int:
    async with Client(address) as client:
        number: int = (await client.mutate("RegisterContestant", **given, idempotencyKey=str(uuid4())))["number"]
        return number
