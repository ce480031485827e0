"""`./livecup rankings`: the standings of a round, of the adopted or published run unless another is named."""

import asyncio
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.chosen import chosen_city, chosen_contest, chosen_division, chosen_round, chosen_run
from services.cli.client import Client, signed_in
from services.cli.output import ContestSlug, Json, RoundKey, Server, emit, results, word
from services.cli.table import Column, table
from services.cli.verified import verification_of, verified

_PAGE = 200


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
    first: Annotated[int, typer.Option("--first", min=1, help="最多多少名 / how many")] = 50,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看排名。 / Show the standings."""
    found = asyncio.run(_rankings(server, contest, round_key, (city, division, run), first))
    if as_json:
        emit(found)
        return
    if not found["standings"]:
        results.print("没有符合条件的选手，或还没有采用、公布成绩。 / Nobody, or nothing is adopted or published.")
        return
    results.print(standings_table(found["standings"]))
    results.print(f"共 {found['totalCount']} 人", *filter(None, [verified(found["verification"])]), sep="；")


async def _rankings(
    server: str | None, slug: str | None, key: str | None, chosen: tuple[str | None, str | None, str | None], first: int
) -> dict[str, Any]:
    city, division, run = chosen
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        narrowed = {"cityId": chosen_city(contest, city), "divisionId": chosen_division(contest, division)}
        chosen_one = chosen_round(contest, key)
        run_id = await chosen_run(client, chosen_one["id"], run) if run is not None else None
        found = await standings(client, chosen_one["id"], run_id, narrowed, first)
        return {**found, "verification": await verification_of(client, chosen_one["id"])}


async def standings(
    client: Client, round_id: str, run_id: str | None, narrowed: dict[str, str | None], first: int
) -> dict[str, Any]:
    """{"totalCount", "standings"}: the best `first` of a round, page after page."""
    found: list[dict[str, Any]] = []
    after, total = None, 0
    while len(found) < first:
        page = (
            await client.query(
                "Rankings",
                roundId=round_id,
                runId=run_id,
                filter={name: value for name, value in narrowed.items() if value},
                first=min(_PAGE, first - len(found)),
                after=after,
            )
        )["rankings"]
        found += page["nodes"]
        total, after = page["totalCount"], page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    return {"totalCount": total, "standings": found}


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
