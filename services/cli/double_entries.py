"""`./livecup double-entries`: who was entered twice, and what becomes of it."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results, word
from services.cli.usage import Livecup

double_entries = Livecup(help="重复报名：列出、处理。 / Double entries: list, decide.")


@double_entries.command("list")
def list_double_entries(
    everything: Annotated[bool, typer.Option("--all", help="也列出已处理的 / decided ones too")] = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出重复报名。 / List double entries."""
    found = asyncio.run(_list(server, contest, everything))
    if as_json:
        emit({"doubleEntries": found})
        return
    if not found:
        results.print("没有重复报名。 / There are none.")
    for one in found:
        results.print(_line(one), f"    编号 {one['id']}", sep="\n", markup=False, soft_wrap=True)


def _line(one: dict[str, Any]) -> str:
    """`204 袁月（武汉市 军属）又报 恩施州 退役军人 推荐，2021-07-01 09:00：待处理`; a city reads its own side."""
    found = one["contestant"]
    who = "别处的选手"
    if found is not None:
        who = f"{found['number']} {found['name']}（{found['city']['name']} {found['division']['name']}）"
    there = "别处"
    if one["city"] is not None:
        there = f"{one['city']['name']} {one['division']['name']} {word(one['entryWay'])}"
    state = word(one["decision"]) if one["decision"] else "待处理"
    return f"{who}又报 {there}，{beijing(one['createdAt'])}：{state}"


async def _list(server: str | None, slug: str | None, everything: bool) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        chosen = await chosen_contest(client, slug)
        wanted = {"contestId": chosen["id"], "open": None if everything else True}
        return [one async for one in client.pages("DoubleEntries", "doubleEntries", **wanted)]


@double_entries.command()
def decide(
    entry: Annotated[str, typer.Argument(help="重复报名的编号 / its id")],
    *,
    transfer: Annotated[bool, typer.Option("--transfer/--keep", help="调整到另一处，或保留原处 / move or keep")],
    reason: Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """处理一条重复报名。 / Decide a double entry."""
    decision = "TRANSFERRED" if transfer else "KEPT"
    found = asyncio.run(_decide(server, {"id": entry, "decision": decision, "reason": reason}))
    if as_json:
        emit(found)
    else:
        results.print("已调整到另一处。" if transfer else "已保留原报名。")


async def _decide(server: str | None, given: dict[str, str]) -> dict[str, Any]:
    async with signed_in(server) as client:
        found: dict[str, Any] = (await client.mutate("DecideDoubleEntry", **given))["doubleEntry"]
        return found
