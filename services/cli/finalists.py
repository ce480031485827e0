"""`./livecup finalists`: whom a run proposes for each city's team."""

import asyncio
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.chosen import chosen_city, chosen_contest, chosen_round, chosen_run
from services.cli.client import Client, signed_in
from services.cli.output import ContestSlug, Json, RoundKey, Server, account, emit, results


def finalists(
    *,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州")] = None,
    run: Annotated[
        str | None, typer.Option("--run", help="第几次核算，或其 id；默认已采用的 / default: adopted")
    ] = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看各市州拟推荐决赛选手、候补与缺额。 / Show the proposed finalists, reserves and shortages."""
    found = asyncio.run(_finalists(server, contest, round_key, city, run))
    if as_json:
        emit({"cities": found})
        return
    results.print(finalists_table(found))


async def _finalists(
    server: str | None, slug: str | None, key: str | None, city: str | None, run: str | None
) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        round_id = chosen_round(contest, key)["id"]
        run_id = await chosen_run(client, round_id, run) if run else None
        return await proposals(client, round_id, run_id, chosen_city(contest, city))


async def proposals(
    client: Client, round_id: str, run_id: str | None, city_id: str | None = None
) -> list[dict[str, Any]]:
    """Every city with its streamers, tied, reserves and shortage."""
    found: list[dict[str, Any]] = (await client.query("Finalists", roundId=round_id, runId=run_id, cityId=city_id))[
        "finalists"
    ]
    return found


def finalists_table(cities: list[dict[str, Any]], *, reasons: bool = True) -> Table:
    """One line a streamer, one for ties and shortages; reserves are counted."""
    because = ("理由 / reason",) if reasons else ()
    table = Table("市州", "", "拟推荐主播 / streamer", "组别", "账号", "市内名次", "总分", "候补", *because)
    for one in cities:
        lines = [*one["streamers"], *one["tied"]]
        for place, line in enumerate(lines):
            who, standing = line["standing"]["contestant"], line["standing"]
            table.add_row(
                one["city"]["name"] if place == 0 else "",
                str(line["position"]) if line["place"] == "STREAMER" else "并列",
                f"{who['number']} {who['name']}",
                who["division"]["name"],
                account(who),
                str(standing["cityRank"]),
                standing["total"],
                str(len(one["reserves"])) if place == 0 else "",
                *([line["reason"]["message"]] if reasons else []),
            )
        if one["shortage"] or not lines:
            name = "" if lines else one["city"]["name"]
            table.add_row(name, "", f"[yellow]缺 {one['shortage']} 人 / short of {one['shortage']}[/yellow]")
        table.add_section()
    return table
