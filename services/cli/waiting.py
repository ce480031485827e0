"""`./livecup waiting`: what waits for the organisers, city by city, and the command for it."""

import asyncio
from itertools import groupby
from typing import Any

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results
from services.cli.review import own_step

_COMMANDS = {
    "WAITING_LIST_CHANGE": "./livecup city reopen {city} --reason 原因",
    "WAITING_REVIEW": "./livecup review approve --city {city}",
    "WAITING_DOUBLE_ENTRY": "./livecup double-entries list",
    "WAITING_ALIAS": "./livecup alias list --state 待审核",
    "WAITING_UID_CLAIM": "./livecup unclaimed claims",
    "WAITING_MARK": "./livecup jury marks",
    "WAITING_PENALTY": "./livecup penalty list",
    "WAITING_APPEAL": "./livecup appeal list --state 已提交",
    "WAITING_PUBLICATION": "./livecup publish list",
    "WAITING_APPEAL_VERDICT": "./livecup appeal list --state 办理中",
    "WAITING_APPEAL_DECISION": "./livecup appeal list --state 待复核",
    "WAITING_APPEAL_OUTCOME": "./livecup appeal list --state 成立；关联：./livecup appeal link 编号 结果",
    "WAITING_TEAM": "./livecup team show {city}",
    "WAITING_HEADINGS": "./livecup format list",
}
_NOT_YOURS = "这里只列主办方的待办事项。本市（州）的情况见 ./livecup city status。 / These are the organisers' matters."


def waiting(contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """主办方待办：各市州等您处理的事项和所用命令。 / What waits for the organisers, and the command for it."""
    found, step = asyncio.run(_waiting(server, contest))
    if as_json:
        emit({"waiting": found})
        return
    if step != "ORGANISER":
        results.print(_NOT_YOURS, soft_wrap=True)
    elif not found:
        results.print("没有待办事项。 / Nothing waits for you.")
    for city, matters in groupby(found, key=lambda one: one["city"]["name"] if one["city"] else "不分市州"):
        results.print(city, markup=False)
        for one in matters:
            why = f"原因：{one['reason']}" if one["reason"] else ""
            results.print(
                f"  {one['what']['message']}{why}（{beijing(one['since'])} 起）", markup=False, soft_wrap=True
            )
            results.print(f"    {_COMMANDS[one['what']['code']].format(city=city)}", markup=False, soft_wrap=True)


async def _waiting(server: str | None, slug: str | None) -> tuple[list[dict[str, Any]], str]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        found: list[dict[str, Any]] = (await client.query("Waiting", slug=contest["slug"]))["contest"]["waiting"]
        return found, await own_step(client, contest)
