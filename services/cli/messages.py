"""`./livecup messages`: who was told what in a contest."""

import asyncio
from typing import Any

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results
from services.cli.table import Column, table

_COLUMNS = (
    Column("时间", "when", whole=True),
    Column("告知", "told"),
    Column("内容", "text"),
    Column("已读", "read by", spare=1),
    Column("已导出", "taken out", spare=2),
)


def messages(*, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """消息记录：何时告知了谁、谁已读、是否导出短信。 / Who was told what and when, and who has read it."""
    found = asyncio.run(_messages(server, contest))
    if as_json:
        emit({"messages": found})
        return
    results.print(table(_COLUMNS, [_row(one) for one in found]) if found else "没有消息。 / No messages.")


async def _messages(server: str | None, slug: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        return [one async for one in client.pages("Messages", "messages", contestId=contest["id"])]


def _row(one: dict[str, Any]) -> tuple[str, str, str, str, str]:
    person, city = one["contestant"], one["city"]
    told = f"{person['number']} {person['name']}" if person else city["name"] if city else "用户"
    read = "、".join(reading["name"] for reading in one["readings"])
    return beijing(one["createdAt"]), told, one["text"], read, "是" if one["files"] else ""
