"""`./livecup rankings`: the standings of a round or its teams; of the adopted or published run, or another."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.chosen import chosen_city, chosen_contest, chosen_division, chosen_round, chosen_run
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, emit, results, word
from services.cli.table import Column, table
from services.cli.verified import verification_of, verified

_PAGE = 200
_TEAMS_PAGE = 50  # each with its members


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
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看排名。 / Show the standings."""
    if teams and (city or division):
        raise CommandError("参赛队排名不能按市州或组别筛选。 / Teams are not narrowed to a city or division.")
    found = asyncio.run(_rankings(server, contest, round_key, (city, division, run), first, teams=teams))
    if as_json:
        emit(found)
        return
    what, whose = ("参赛队", "队") if teams else ("选手", "人")
    if not found["totalCount"]:
        results.print(f"没有符合条件的{what}，或还没有采用、公布成绩。 / None, or nothing is adopted or published.")
        return
    results.print(teams_table(found["teams"]) if teams else standings_table(found["standings"]))
    results.print(f"共 {found['totalCount']} {whose}", *filter(None, [verified(found["verification"])]), sep="；")


async def _rankings(
    server: str | None,
    slug: str | None,
    key: str | None,
    chosen: tuple[str | None, str | None, str | None],
    first: int,
    *,
    teams: bool,
) -> dict[str, Any]:
    city, division, run = chosen
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        narrowed = {"cityId": chosen_city(contest, city), "divisionId": chosen_division(contest, division)}
        chosen_one = chosen_round(contest, key)
        run_id = await chosen_run(client, chosen_one["id"], run) if run is not None else None
        if teams:
            found = await best_teams(client, chosen_one["id"], run_id, first)
        else:
            found = await standings(client, chosen_one["id"], run_id, narrowed, first)
        return {**found, "verification": await verification_of(client, chosen_one["id"])}


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
