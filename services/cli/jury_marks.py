"""`./livecup jury give|type|confirm|decline`: what judges give, and what is typed for them."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest, chosen_contestants, chosen_round
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, say

Panel = Annotated[
    str | None, typer.Option("--panel", help="评委组代号，只有一个时可省略 / its key, not needed for the only one")
]
Person = Annotated[int, typer.Argument(help="选手编号 / the contestant's number")]
Points = Annotated[
    list[str], typer.Argument(metavar="要点=分数...", help="如 CONTENT=55.5 SKILL=38 / one for each criterion")
]
Judge = Annotated[str, typer.Option("--judge", help="评委登录名 / the judge's login")]
Named = tuple[str | None, str | None]  # contest and round, as typed


async def chosen_panel(client: Client, named: Named, key: str | None) -> tuple[dict[str, Any], str]:
    """The contest, and the id of the panel of that key; without one the only panel of the round."""
    contest = await chosen_contest(client, named[0])
    found = (await client.query("JuryPanels", roundId=chosen_round(contest, named[1])["id"]))["juryPanels"]
    panels = {one["key"]: one["id"] for one in found}
    if key is None and len(panels) == 1:
        (key,) = panels
    if key not in panels:
        known = "、".join(panels) or "无 / none"
        raise CommandError(f"请用 --panel 指明评委组：{known}。 / Say which panel with --panel.")
    return contest, panels[key]


async def chosen_judge(client: Client, contest_id: str, login: str) -> str:
    """The id of a judge by login."""
    async for one in client.pages("Users", "users", contestId=contest_id, role="JUDGE"):
        if one["login"] == login:
            judge: str = one["id"]
            return judge
    raise CommandError(f"没有登录名为 {login} 的评委。 / There is no judge of that login.")


def _points(texts: list[str]) -> list[dict[str, str]]:
    """`CONTENT=55.5`"""
    given = []
    for text in texts:
        criterion, _, points = text.partition("=")
        if not criterion or not points:
            raise CommandError(f"看不懂 {text}，应如 CONTENT=55.5。 / Not like CONTENT=55.5.")
        given.append({"criterion": criterion, "points": points})
    return given


async def _about(client: Client, named: Named, panel: str | None, person: int, judge: str | None) -> dict[str, Any]:
    """Panel, contestant and judge as mutations take them."""
    contest, panel_id = await chosen_panel(client, named, panel)
    who = (await chosen_contestants(client, contest["id"], [person]))[person]
    about = {"panelId": panel_id, "contestantId": who}
    return about if judge is None else about | {"judgeId": await chosen_judge(client, contest["id"], judge)}


def give(
    person: Person,
    points: Points,
    *,
    panel: Panel = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """评委给选手评分；截止前可以改，其他评委看不到。 / Give your marks; until closing you may change them."""
    done = asyncio.run(_give(server, (contest, round_key), panel, person, _points(points)))
    say(done, f"{person} 号选手：{done['points']} 分。 / Marked.", as_json=as_json)


async def _give(
    server: str | None, named: Named, panel: str | None, person: int, points: list[dict[str, str]]
) -> dict[str, Any]:
    async with signed_in(server) as client:
        about = await _about(client, named, panel, person, None)
        done: dict[str, Any] = (await client.mutate("GiveMark", **about, criteria=points))["mark"]
        return done


def type_(
    person: Person,
    points: Annotated[
        list[str] | None,
        typer.Argument(metavar="要点=分数...", help="不写：该评委的评分不计 / none: the judge's mark is struck out"),
    ] = None,
    *,
    judge: Judge,
    reason: Annotated[str, typer.Option("--reason", help="纸质评分表，或更正什么、为何 / why; kept")],
    panel: Panel = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """主办方录入纸质评分或更正，待另一人确认。 / Type a paper sheet or a correction; another person confirms it."""
    given = {"criteria": _points(points or []), "reason": reason}
    done = asyncio.run(_type(server, (contest, round_key), (panel, person, judge), given))
    say(done, f"{person} 号选手：{done['points'] or '不计'}，待另一人确认。 / Typed.", as_json=as_json)


async def _type(
    server: str | None, named: Named, about: tuple[str | None, int, str], given: dict[str, Any]
) -> dict[str, Any]:
    async with signed_in(server) as client:
        whose = await _about(client, named, *about)
        done: dict[str, Any] = (await client.mutate("TypeMark", **whose, **given))["mark"]
        return done


def confirm(
    person: Person,
    *,
    judge: Judge,
    points: Annotated[
        str | None, typer.Option("--points", help="原件上的合计，不符则拒绝 / the sum on the sheet")
    ] = None,
    struck_out: Annotated[bool, typer.Option("--struck-out", help="录入的是不计 / the mark is struck out")] = False,
    panel: Panel = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """确认他人录入的评分；评委可以确认自己的。 / Confirm what somebody else typed."""
    if (points is None) != struck_out:
        raise CommandError("请写 --points 合计，或 --struck-out 不计。 / Say --points, or --struck-out.")
    done = asyncio.run(_confirm(server, (contest, round_key), (panel, person, judge), points))
    say(done, f"{person} 号选手：{done['points'] or '不计'}，有效。 / Confirmed.", as_json=as_json)


async def _confirm(
    server: str | None, named: Named, about: tuple[str | None, int, str], points: str | None
) -> dict[str, Any]:
    async with signed_in(server) as client:
        whose = await _about(client, named, *about)
        done: dict[str, Any] = (await client.mutate("ConfirmMark", **whose, points=points))["mark"]
        return done


def decline(
    person: Person,
    *,
    judge: Judge,
    reason: Annotated[str, typer.Option("--reason", help="原因，记入记录 / what is wrong; kept")],
    panel: Panel = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """退回录入的评分，原评分不变。 / Decline what was typed; the mark before it still holds."""
    done = asyncio.run(_decline(server, (contest, round_key), (panel, person, judge), reason))
    say(done, "已退回。 / Declined.", as_json=as_json)


async def _decline(server: str | None, named: Named, about: tuple[str | None, int, str], reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        whose = await _about(client, named, *about)
        return await client.mutate("DeclineMark", **whose, reason=reason)
