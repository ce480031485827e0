"""`./livecup jury`: panels and their judges, stepping aside, marks, closing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants, chosen_round
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.jury_marks import Panel, chosen_judge, chosen_panel, confirm, decline, give, type_
from services.cli.moments import end_of
from services.cli.output import ContestSlug, Json, RoundKey, Server, account, beijing, emit, results, say
from services.cli.table import Column, table
from services.cli.usage import Livecup

jury = Livecup(help="评委：评委组、回避、评分、录入与确认、截止。 / Juries: panels, recusals, marks, closing.")

_COLUMNS = (
    Column("编号", "number", number=True),
    Column("选手", "contestant"),
    Column("评委", "judge"),
    Column("分数", "points", number=True),
    Column("单项", "criteria"),
    Column("状态", "state"),
    Column("说明", "reason", whole=True),
)


@jury.command()
def panels(
    *, contest: ContestSlug = None, round_key: RoundKey = None, server: Server = None, as_json: Json = False
) -> None:
    """列出评委组：评分要点、评委、已评人数、回避。 / List the panels of a round."""
    found = asyncio.run(_panels(server, contest, round_key))
    if as_json:
        emit({"panels": found})
        return
    for one in found:
        results.print(*_lines(one), sep="\n", markup=False, soft_wrap=True)
    if not found:
        results.print("还没有安排评委，或您无权查看。 / No jury has been seated, or it is not yours to see.")


def _lines(one: dict[str, Any]) -> Iterator[str]:
    state = f"，{beijing(one['closesAt'])} 起不再收评委评分" if one["closesAt"] else ""
    state = f"{beijing(one['closedAt'])} 已截止" if one["closedAt"] else f"评分中{state}"
    yield f"{one['key']} {one['title']}：{state}"
    for criterion in one["criteria"]:
        yield f"    要点 {criterion['key']} {criterion['title']}：{criterion['atLeast']}–{criterion['atMost']} 分"
    for judge in one["judges"]:
        home = f"，{judge['city']['name']}" if judge["city"] else ""
        yield f"    评委 {judge['login']} {judge['name']}{home}：已评 {judge['marked']} 人"
    for recusal in one["recusals"]:
        whom = recusal["city"]["name"] if recusal["city"] else _person(recusal["contestant"])
        yield f"    回避 {recusal['name']}：{whom}，{recusal['reason']}"


def _person(contestant: dict[str, Any] | None) -> str:
    return f"{contestant['number']} {contestant['name']}（{account(contestant)}）" if contestant else "-"


async def _panels(server: str | None, slug: str | None, round_key: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        found: list[dict[str, Any]] = (
            await client.query("JuryPanels", roundId=chosen_round(contest, round_key)["id"])
        )["juryPanels"]
        return found


@jury.command()
def seat(
    panel: Annotated[str, typer.Argument(help="规则中评委组的代号 / the panel's key in the rules")],
    judges: Annotated[
        list[str], typer.Argument(metavar="评委...", help="登录名，可写 登录名=所在市州 / logins, or login=city")
    ],
    *,
    until: Annotated[str | None, typer.Option("--until", help="到时不再收评委评分 / no marks from then on")] = None,
    reason: Annotated[str, typer.Option("--reason", help="说明 / why")] = "",
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """安排评委组的全部评委；写明所在市州的，对该市州回避。 / Say who sits on a panel; all of them."""
    given = {"panel": panel, "reason": reason, **({"closesAt": end_of(until)} if until else {})}
    done = asyncio.run(_seat(server, (contest, round_key), judges, given))
    said = f"{done['title']}：{'、'.join(one['name'] for one in done['judges'])}。 / Seated."
    say(done, said, as_json=as_json)


async def _seat(
    server: str | None, named: tuple[str | None, str | None], judges: list[str], given: dict[str, Any]
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, named[0])
        seats = []
        for text in judges:
            login, _, city = text.partition("=")
            judge = await chosen_judge(client, contest["id"], login)
            seats.append({"judgeId": judge, "cityId": chosen_city(contest, city or None)})
        round_id = chosen_round(contest, named[1])["id"]
        done: dict[str, Any] = (await client.mutate("SeatJury", **given, roundId=round_id, judges=seats))["panel"]
        return done


@jury.command()
def recuse(
    *,
    person: Annotated[int | None, typer.Option("--person", help="回避一名选手，编号 / from one person")] = None,
    city: Annotated[str | None, typer.Option("--city", help="回避一个市州 / from a city")] = None,
    judge: Annotated[
        str | None, typer.Option("--judge", help="主办方代评委办理时，评委登录名 / for this judge")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="理由，如 亲属、师生 / why")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """回避：此后不给该选手或该市州的选手评分，已评的作废。 / Step aside from a person or a city."""
    done = asyncio.run(_recuse(server, contest, (person, city, judge), reason))
    say(done, f"已回避，共 {len(done['recusals'])} 项。 / Stepped aside.", as_json=as_json)


async def _recuse(
    server: str | None, slug: str | None, named: tuple[int | None, str | None, str | None], reason: str
) -> dict[str, Any]:
    person, city, judge = named
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        given: dict[str, Any] = {"contestId": contest["id"], "reason": reason, "cityId": chosen_city(contest, city)}
        if person is not None:
            given["contestantId"] = (await chosen_contestants(client, contest["id"], [person]))[person]
        if judge is not None:
            given["judgeId"] = await chosen_judge(client, contest["id"], judge)
        return await client.mutate("Recuse", **given)


@jury.command()
def marks(
    panel: Panel = None,
    *,
    person: Annotated[int | None, typer.Option("--person", help="只看一名选手，编号 / one person, by number")] = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出评分；截止前评委只看到自己的。 / List marks; judges see their own until marking is closed."""
    found = asyncio.run(_marks(server, (contest, round_key), panel, person))
    if as_json:
        emit({"marks": found})
        return
    rows = [
        (
            str(one["contestant"]["number"]),
            one["contestant"]["name"],
            one["judge"],
            one["points"] or "不计",
            "、".join(f"{each['criterion']} {each['points']}" for each in one["criteria"]),
            {"HOLDS": "有效", "WAITING": "待确认"}[one["state"]],
            one["reason"],
        )
        for one in found
    ]
    results.print(table(_COLUMNS, rows, title=f"评分 {len(rows)} 份"))


async def _marks(
    server: str | None, named: tuple[str | None, str | None], key: str | None, person: int | None
) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest, panel_id = await chosen_panel(client, named, key)
        only = {}
        if person is not None:
            only["contestantId"] = (await chosen_contestants(client, contest["id"], [person]))[person]
        return [one async for one in _pages(client, panel_id, only)]


async def _pages(client: Client, panel_id: str, only: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
    after = None
    while True:
        page = (await client.query("JuryMarks", id=panel_id, **only, after=after))["node"]["marks"]
        for node in page["nodes"]:
            yield node
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


@jury.command()
def close(
    panel: Panel = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="确认截止，不能重开 / for good")] = False,
    reason: Annotated[str, typer.Option("--reason", help="说明 / why now")] = "",
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """截止评分：此后的核算计入评分，不能再评，只能由两人更正。 / Close marking for good."""
    if not yes:
        raise CommandError("截止后不能重开。确认请加 --yes。 / It cannot be opened again: say --yes.")
    done = asyncio.run(_close(server, (contest, round_key), panel, reason))
    say(done, f"{done['title']}：{beijing(done['closedAt'])} 已截止。 / Closed.", as_json=as_json)


async def _close(
    server: str | None, named: tuple[str | None, str | None], key: str | None, reason: str
) -> dict[str, Any]:
    async with signed_in(server) as client:
        _, panel_id = await chosen_panel(client, named, key)
        done: dict[str, Any] = (await client.mutate("CloseMarking", panelId=panel_id, reason=reason))["panel"]
        return done


jury.command()(give)
jury.command("type")(type_)
jury.command()(confirm)
jury.command()(decline)
