"""`./livecup awards`: who gets which award of a run, and deciding those that equals are tied for."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from services.cli.chosen import (
    chosen_award,
    chosen_city,
    chosen_contest,
    chosen_contestants,
    chosen_round,
    chosen_run,
    shown_run,
)
from services.cli.client import Client, signed_in
from services.cli.output import ContestSlug, Json, RoundKey, Server, emit, results
from services.cli.usage import Livecup

awards = Livecup(help="奖项：列出，决定并列的由谁获得。 / Awards: list, decide ties.")

Run = Annotated[str | None, typer.Option("--run", help="第几次核算，或其 id；默认已采用的 / default: adopted")]


@awards.command("list")
def list_awards(
    *,
    run: Run = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出各奖项由谁获得、哪些并列待定。 / Who has which award, and who is tied for one."""
    _show(asyncio.run(_list(server, contest, round_key, run)), as_json=as_json)


@awards.command()
def decide(
    award: Annotated[str, typer.Argument(help="奖项，名称或规则中代号 / the award, by name or key")],
    people: Annotated[list[int] | None, typer.Argument(help="获奖选手，编号 / who gets it, by number")] = None,
    *,
    cities: Annotated[
        list[str] | None, typer.Option("--city", help="团体奖：获奖的市州，可多次 / a team's city, several times")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="由谁、如何决定 / why; kept")],
    run: Run = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """决定并列的奖项由谁获得，其余的人参加下一奖项。 / Decide which of those tied get an award."""
    winners = (people or [], cities or [])
    _show(asyncio.run(_decide(server, (contest, round_key, run), award, winners, reason)), as_json=as_json)


def _show(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        emit({"awards": found})
        return
    for one in found:
        results.print(*_lines(one), sep="\n", markup=False, soft_wrap=True)
    if not found:
        results.print("没有您能查看的奖项，或还没有采用、公布成绩。 / None, or nothing is adopted or published.")


def _lines(one: dict[str, Any]) -> Iterator[str]:
    yield f"{one['title']}（{one['key']}）：{'、'.join(map(_winner, one['winners'])) or '-'}"
    if one["tied"]:
        yield f"    并列待定，余 {one['seats']} 个名额：{'、'.join(map(_winner, one['tied']))}"


def _winner(one: dict[str, Any]) -> str:
    """`12 张三（武汉市）`, or `武汉市` of a team"""
    who, city = one["standing"], one["city"]["name"]
    return f"{who['number']} {who['name']}（{city}）" if who else str(city)


async def _list(server: str | None, slug: str | None, key: str | None, run: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        round_id = chosen_round(await chosen_contest(client, slug), key)["id"]
        return await _awards(client, round_id, await chosen_run(client, round_id, run) if run is not None else None)


async def _decide(
    server: str | None,
    named: tuple[str | None, str | None, str | None],
    award: str,
    winners: tuple[list[int], list[str]],
    reason: str,
) -> list[dict[str, Any]]:
    slug, key, run = named
    people, cities = winners
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        chosen = chosen_round(contest, key)
        run_id = await shown_run(client, chosen, run)
        given = {
            "award": chosen_award(await _awards(client, chosen["id"], run_id), award)["key"],
            "contestantIds": list((await chosen_contestants(client, contest["id"], people)).values()) if people else [],
            "cityIds": [chosen_city(contest, city) for city in cities],
        }
        decided = await client.mutate("DecideAward", runId=run_id, **given, reason=reason)
        found: list[dict[str, Any]] = decided["awards"]
        return found


async def _awards(client: Client, round_id: str, run_id: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.query("Awards", roundId=round_id, runId=run_id))["awards"]
    return found
