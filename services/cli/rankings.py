"""`./livecup rankings`: the standings of a round or its teams; of the adopted or published run, or another."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.chosen import chosen_city, chosen_contest, chosen_division, chosen_round, chosen_run
from services.cli.client import Client, UnreachableError, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, emit, notes, results, word
from services.cli.table import Column, table
from services.cli.verified import verification_of, verified
from services.shared.beijing import BEIJING

_PAGE = 200
_TEAMS_PAGE = 50  # each with its members
_PAUSE = 2.0  # seconds before a server that went away is asked again


def rankings(
    *,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    division: Annotated[
        str | None, typer.Option("--division", help="只看一个组别，名称或代码 / one division, by name or key")
    ] = None,
    run: Annotated[
        str | None,
        typer.Option("--run", help="第几次核算，或其 id；默认已采用或公布的 / default: adopted, published"),
    ] = None,
    teams: Annotated[bool, typer.Option("--teams", help="参赛队排名 / the cities' teams")] = False,
    first: Annotated[int, typer.Option("--first", min=1, help="最多多少名 / how many")] = 50,
    follow: Annotated[
        bool, typer.Option("--follow", help="成绩一变就重新显示，Ctrl-C 结束 / again whenever it changes; Ctrl-C ends")
    ] = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看排名；--follow 时一直显示最新的，--json 每次一行。 / Show the standings; follow them as they change."""
    if teams and (city or division):
        raise CommandError("参赛队排名不能按市州或组别筛选。 / Teams are not narrowed to a city or division.")
    if follow and run is not None:
        raise CommandError("一次核算的结果不会变，--follow 不能与 --run 同用。 / A run never changes: not with --run.")
    asked = _Asked(contest, round_key, city, division, run, first, teams=teams)
    if not follow:
        _show(asyncio.run(_rankings(server, asked)), teams=teams, as_json=as_json)
        return
    with suppress(KeyboardInterrupt):
        asyncio.run(_follow(server, asked, partial(_show_again, teams=teams, as_json=as_json)))


def _show_again(found: dict[str, Any], *, teams: bool, as_json: bool) -> None:
    """In place of what a terminal showed until now; a line of JSON each time for a program that reads them."""
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    if results.is_terminal:
        results.clear()
    results.print(f"{found['round']}  {datetime.now(BEIJING):%Y-%m-%d %H:%M:%S}", markup=False)
    _show(found, teams=teams, as_json=False)


def _show(found: dict[str, Any], *, teams: bool, as_json: bool) -> None:
    if as_json:
        emit(found)
        return
    what, whose = ("参赛队", "队") if teams else ("选手", "人")
    if not found["totalCount"]:
        results.print(f"没有符合条件的{what}，或还没有采用、公布成绩。 / None, or nothing is adopted or published.")
        return
    results.print(teams_table(found["teams"]) if teams else standings_table(found["standings"]))
    results.print(f"共 {found['totalCount']} {whose}", *filter(None, [verified(found["verification"])]), sep="；")


@dataclass(frozen=True)
class _Asked:
    """Which standings, as typed."""

    contest: str | None
    round_key: str | None
    city: str | None
    division: str | None
    run: str | None
    first: int
    teams: bool


async def _rankings(server: str | None, asked: _Asked) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, asked.contest)
        return await _found(client, contest, asked)


async def _follow(server: str | None, asked: _Asked, show: Callable[[dict[str, Any]], None]) -> None:
    """Shows them now and after each change, without end; a server that is away is asked again."""
    async with signed_in(server) as client:
        contest = await chosen_contest(client, asked.contest)
        round_ = chosen_round(contest, asked.round_key)
        while True:
            try:
                async for _ in client.follow("RankingsChanged", roundId=round_["id"]):
                    show({"round": round_["title"], **await _found(client, contest, asked)})
            except UnreachableError as error:
                notes.print(error, markup=False)
            await asyncio.sleep(_PAUSE)


async def _found(client: Client, contest: dict[str, Any], asked: _Asked) -> dict[str, Any]:
    narrowed = {"cityId": chosen_city(contest, asked.city), "divisionId": chosen_division(contest, asked.division)}
    round_id = chosen_round(contest, asked.round_key)["id"]
    run_id = await chosen_run(client, round_id, asked.run) if asked.run is not None else None
    if asked.teams:
        found = await best_teams(client, round_id, run_id, asked.first)
    else:
        found = await standings(client, round_id, run_id, narrowed, asked.first)
    return {**found, "verification": await verification_of(client, round_id)}


async def standings(
    client: Client, round_id: str, run_id: str | None, narrowed: dict[str, str | None], first: int
) -> dict[str, Any]:
    """{"totalCount", "standings"}: the best `first` of a round, page after page."""
    only = {name: value for name, value in narrowed.items() if value}

    async def page(count: int, after: str | None) -> dict[str, Any]:
        asked = {"roundId": round_id, "runId": run_id, "filter": only, "first": min(_PAGE, count), "after": after}
        found: dict[str, Any] = (await client.query("Rankings", **asked))["rankings"]
        return found

    total, found = await _best(page, first)
    return {"totalCount": total, "standings": found}


async def best_teams(client: Client, round_id: str, run_id: str | None, first: int) -> dict[str, Any]:
    """{"totalCount", "teams"}: the best `first`, each with its members."""

    async def page(count: int, after: str | None) -> dict[str, Any]:
        asked = {"roundId": round_id, "runId": run_id, "first": min(_TEAMS_PAGE, count), "after": after}
        found: dict[str, Any] = (await client.query("TeamRankings", **asked))["teamRankings"]
        return found

    total, found = await _best(page, first)
    return {"totalCount": total, "teams": found}


async def _best(
    page: Callable[[int, str | None], Awaitable[dict[str, Any]]], first: int
) -> tuple[int, list[dict[str, Any]]]:
    """How many there are, and the first of them, page after page."""
    found: list[dict[str, Any]] = []
    after, total = None, 0
    while len(found) < first:
        got = await page(first - len(found), after)
        found += got["nodes"]
        total, after = got["totalCount"], got["pageInfo"]["endCursor"]
        if not got["pageInfo"]["hasNextPage"]:
            break
    return total, found


def teams_table(found: list[dict[str, Any]]) -> Table:
    """A line per team: its place, its points, its members, the best first."""
    columns = [
        Column("名次", "rank", number=True),
        Column("市州", "city", whole=True),
        Column("总分", "total", number=True),
        Column("计入人数", "counted", number=True, spare=1),
        Column("队员", "members"),
    ]
    rows = (
        (
            str(one["rank"]),
            one["city"]["name"],
            one["total"],
            str(one["counted"]),
            "、".join(f"{member['number']} {member['name']} {member['total']}" for member in one["members"]),
        )
        for one in found
    )
    return table(columns, rows)


def standings_table(found: list[dict[str, Any]]) -> Table:
    """A line per standing: places, who it is, points per item."""
    columns = [
        Column("名次", "rank", number=True),
        Column("编号 姓名", "contestant", whole=True),
        Column("账号", "account", spare=2, whole=True),
        Column("市州", "city"),
        Column("市内名次", "in the city", spare=-2, number=True),
        Column("组别", "division", spare=-1),
        Column("组内名次", "in the division", spare=1, number=True),
        *(Column(item["title"], number=True) for item in (found[0]["items"] if found else ())),
        Column("总分", "total", number=True),
    ]
    return table(columns, (_row(one) for one in found))


def _row(one: dict[str, Any]) -> list[str]:
    return [
        str(one["rank"]),
        f"{one['number']} {one['name']}",
        f"{word(one['platform'])} {one['account']}",
        one["city"]["name"],
        str(one["cityRank"]),
        one["division"]["name"] if one["division"] else "-",
        str(one["divisionRank"] or "-"),
        *(item["points"] for item in one["items"]),
        one["total"],
    ]
