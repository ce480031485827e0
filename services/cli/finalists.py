"""`./livecup finalists`: whom a run proposes for each city's team, and whom people select."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from services.cli.chosen import chosen_city, chosen_contest, chosen_round, shown_run
from services.cli.client import Client, signed_in
from services.cli.output import ContestSlug, Json, RoundKey, Server, account, emit, results, word
from services.cli.selection import replace, select
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.cli.verified import verification_of, verified

finalists = Livecup(
    help="决赛人选：查看拟推荐名单，确认，替换与递补。 / Finalists: show, select, replace.",
    no_args_is_help=False,
    invoke_without_command=True,
)
finalists.command()(select)
finalists.command()(replace)


@finalists.callback()
def show(
    ctx: typer.Context,
    *,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    run: Annotated[
        str | None, typer.Option("--run", help="第几次核算，或其 id；默认已采用的 / default: adopted")
    ] = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看各市州拟推荐决赛选手、候补与缺额；确认后一并显示确认人选。 / Show proposals, and whom people selected."""
    if ctx.invoked_subcommand is not None:
        return
    found, counts = asyncio.run(_finalists(server, contest, round_key, city, run))
    if as_json:
        emit({"cities": found, "verification": counts})
        return
    if not any(one[place] for one in found for place in ("streamers", "tied", "reserves")):
        results.print("名单里没有您可以查看的人。 / Nobody you may see is on the list.")
        return
    results.print(finalists_table(found))
    reserves = list(reserve_lines(found))
    if reserves:
        results.print("候补（按递补顺序） / reserves, in order", *reserves, sep="\n", soft_wrap=True)
    selected = list(selected_lines(found))
    if selected:
        results.print("已确认 / selected by people", *selected, sep="\n", soft_wrap=True, markup=False)
    if said := verified(counts):
        results.print(said)


async def _finalists(
    server: str | None, slug: str | None, key: str | None, city: str | None, run: str | None
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The proposals, and how far verification is."""
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        chosen, city_id = chosen_round(contest, key), chosen_city(contest, city)
        found = await proposals(client, chosen["id"], await shown_run(client, chosen, run), city_id)
        return found, await verification_of(client, chosen["id"])


async def proposals(
    client: Client, round_id: str, run_id: str | None, city_id: str | None = None
) -> list[dict[str, Any]]:
    """Every city with its streamers, tied, reserves and shortage."""
    found: list[dict[str, Any]] = (await client.query("Finalists", roundId=round_id, runId=run_id, cityId=city_id))[
        "finalists"
    ]
    return found


def finalists_table(cities: list[dict[str, Any]], *, reasons: bool = True) -> Table:
    """One line a streamer, one for ties and shortages. With reasons, which tell rank and total, those make room."""
    columns = [
        Column("市州", "city"),
        Column("席位", "place", whole=True),
        Column("编号 姓名", "streamer", whole=True),
        Column("组别", "division"),
        Column("账号", "account", spare=2, whole=True),
        Column("市内名次", "in the city", spare=1 if reasons else 0, number=True),
        Column("总分", "total", spare=1 if reasons else 0, number=True),
    ]
    rows = _rows(cities)
    title = "拟推荐（按核算结果） / proposed by the run"
    if not reasons:
        return table(columns, (row and row[: len(columns)] for row in rows), title=title)
    return table([*columns, Column("理由", "reason")], rows, title=title)


def _rows(cities: list[dict[str, Any]]) -> Iterator[list[str | Text] | None]:
    for one in cities:
        lines = [*one["streamers"], *one["tied"]]
        for place, line in enumerate(lines):
            who, standing = line["standing"]["contestant"], line["standing"]
            yield [
                one["city"]["name"] if place == 0 else "",
                str(line["position"]) if line["place"] == "STREAMER" else "并列",
                f"{who['number']} {who['name']}",
                who["division"]["name"],
                account(who),
                str(standing["cityRank"]),
                standing["total"],
                line["reason"]["message"],
            ]
        if one["shortage"] or not lines:
            name = "" if lines else one["city"]["name"]
            yield [name, "", Text(f"缺 {one['shortage']} 人", "yellow"), "", "", "", "", ""]
        yield None


def reserve_lines(cities: list[dict[str, Any]]) -> Iterator[str]:
    """`武汉市：12 张三、8 李四`: the reserves of each city in the order in which they would follow."""
    for one in cities:
        names = [line["standing"]["contestant"] for line in one["reserves"]]
        if names:
            yield f"  {one['city']['name']}：" + "、".join(map(_named, names))


def selected_lines(cities: list[dict[str, Any]]) -> Iterator[str]:
    """`武汉市：主播 12 张三、8 李四；候补 3 王五`: whom people have selected, city by city."""
    for one in cities:
        places = []
        for place in ("STREAMER", "RESERVE", "OUT"):
            people = [line["contestant"] for line in one["selected"] or () if line["place"] == place]
            if people:
                places.append(f"{word(place)} " + "、".join(map(_named, people)))
        if places:
            yield f"  {one['city']['name']}：" + "；".join(places)
        yield from (f"    {change}" for change in changes(one))


def changes(city: dict[str, Any]) -> Iterator[str]:
    """`12 张三退出，3 李四由候补递补。原因：本人因病退出`: who left a city's team and who moved up, and why."""
    changed = [line for line in city["selected"] or () if line["changedAt"]]
    filled = [line["replacedBy"]["number"] for line in changed if line["replacedBy"]]
    for line in changed:
        who = line["contestant"]
        if line["place"] == "OUT":
            by = line["replacedBy"]
            moved = f"{_named(by)}由候补递补" if by else "没有可递补的候补"
            yield f"{_named(who)}退出，{moved}。原因：{line['reason']}"
        elif who["number"] not in filled:
            yield f"{_named(who)}递补空出的名额。原因：{line['reason']}"


def _named(who: dict[str, Any]) -> str:
    return f"{who['number']} {who['name']}"
