"""`./livecup team`: a city's team for the final, put together, confirmed, opened again."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, results, when, word
from services.cli.usage import Livecup

team = Livecup(help="参赛队：查看、设置领队与助理、确认、重新打开。 / Teams: show, set, confirm, reopen.")

CityName = Annotated[str, typer.Argument(help="市（州），如 武汉 / the city")]
Reason = Annotated[str, typer.Option("--reason", help="原因 / why", prompt="原因 / why")]


@team.command()
def show(city: CityName, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """查看参赛队：有谁，还缺什么，何时截止。 / Who is in it, what is missing, until when."""

    async def asking(client: Client, city_id: str) -> dict[str, Any]:
        return await found_team(client, city_id)

    _say(asyncio.run(_at(server, contest, city, asking)), as_json=as_json)


@team.command("set")
def set_officials(
    city: CityName,
    *,
    leader: Annotated[str | None, typer.Option("--leader", help="领队姓名 / name of the leader")] = None,
    assistant: Annotated[str | None, typer.Option("--assistant", help="助理姓名 / name of the assistant")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="助理手机号 / the assistant's mobile number")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设置领队和助理，没写的不变。 / Say who leads and who assists; the rest stays."""

    async def asking(client: Client, city_id: str) -> dict[str, Any]:
        given = {"assistantName": assistant, "assistantPhone": phone}
        if leader is not None:
            given["leaderId"] = chosen_leader(await found_team(client, city_id), leader)
        asked = {name: value for name, value in given.items() if value is not None}
        done: dict[str, Any] = (await client.mutate("SetTeamOfficials", cityId=city_id, **asked))["team"]
        return done

    _say(asyncio.run(_at(server, contest, city, asking)), as_json=as_json)


@team.command()
def confirm(city: CityName, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """领队确认参赛队。 / The leader confirms the team."""

    async def asking(client: Client, city_id: str) -> dict[str, Any]:
        seen = await found_team(client, city_id)
        streamers = [one["contestant"]["id"] for one in seen["streamers"]]
        done: dict[str, Any] = (await client.mutate("ConfirmTeam", cityId=city_id, expectedStreamers=streamers))["team"]
        return done

    _say(asyncio.run(_at(server, contest, city, asking)), as_json=as_json)


@team.command()
def reopen(
    city: CityName, *, reason: Reason, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """主办方重新打开已确认的参赛队。 / An organiser opens a confirmed team again."""

    async def asking(client: Client, city_id: str) -> dict[str, Any]:
        done: dict[str, Any] = (await client.mutate("ReopenTeam", cityId=city_id, reason=reason))["team"]
        return done

    _say(asyncio.run(_at(server, contest, city, asking)), as_json=as_json)


async def _at(server: str | None, slug: str | None, city: str, asking: Any) -> dict[str, Any]:
    async with signed_in(server) as client:
        answer: dict[str, Any] = await asking(client, chosen_city(await chosen_contest(client, slug), city))
        return answer


async def found_team(client: Client, city_id: str) -> dict[str, Any]:
    found: dict[str, Any] | None = (await client.query("CityTeam", cityId=city_id))["city"]["team"]
    if found is None:
        raise CommandError(
            "还没有参赛队：成绩还没有采用，或您无权查看。 / There is no team yet, or it is not yours to see."
        )
    return found


def chosen_leader(found: dict[str, Any], name: str) -> str:
    """The user id of one of those who may lead; raises CommandError that names them."""
    ids = [one["userId"] for one in found["leaders"] if one["name"] == name]
    if len(ids) != 1:
        known = "、".join(one["name"] for one in found["leaders"]) or "无 / none"
        raise CommandError(f"“{name}”不能确定是哪位领队，可选：{known}。 / Leaders of this city: {known}.")
    return str(ids[0])


def _say(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit(found)
    else:
        results.print(*team_lines(found), sep="\n", soft_wrap=True, markup=False)


def team_lines(found: dict[str, Any]) -> Iterator[str]:
    """A team as one would read it aloud."""
    status = found["status"]
    sizes = f"{found['minimumSize']} 至 {found['maximumSize']} 人"
    yield f"{found['city']['name']}参赛队：现有 {found['size']} 人，应有 {sizes}。"
    for one in found["members"]:
        number = f"（{one['contestant']['number']} 号）" if one["contestant"] else ""
        yield f"  {word(one['part'])} {one['name']}{number}"
    if not found["selected"]:
        proposed = "、".join(_named(one) for one in found["streamers"]) or "无"
        yield f"  拟推荐主播：{proposed}"
    elif found["reserves"]:
        yield "  候补：" + "、".join(_named(one) for one in found["reserves"])
    if found["confirmedAt"]:
        yield f"已由{found['confirmedBy']}于 {when(found['confirmedAt'])}确认。"
    elif found["reopenedReason"]:
        yield f"已重新打开，原因：{found['reopenedReason']}"
    yield from (f"  缺：{one['message']}" for one in status["missing"])
    yield f"确认截止：{when(status['deadline']) if status['deadline'] else '另行通知'}"
    yield f"下一步：{status['nextStep']['message']}"


def _named(one: dict[str, Any]) -> str:
    return f"{one['contestant']['number']} {one['contestant']['name']}"
