"""`./livecup inbox`: what you were told."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.client import signed_in
from services.cli.output import Json, Server, beijing, emit, results
from services.cli.table import Column, table

_COLUMNS = (Column("时间", "when", whole=True), Column("", ""), Column("内容", "text"))
_SHOWN = 50


def inbox(
    *,
    unread: Annotated[bool, typer.Option("--unread", help="只看未读 / only unread")] = False,
    keep: Annotated[bool, typer.Option("--keep-unread", help="不标记为已读 / leave them unread")] = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """收件箱：最近 50 条消息，看过即标记为已读。 / Your messages, the newest first; reading marks them."""
    found = asyncio.run(_inbox(server, unread=unread, keep=keep))
    if as_json:
        emit({"unread": found["unreadMessages"], "messages": found["messages"]["nodes"]})
        return
    rows = [
        (beijing(one["createdAt"]), "" if one["readAt"] else "新", one["text"]) for one in found["messages"]["nodes"]
    ]
    results.print(table(_COLUMNS, rows) if rows else "没有消息。 / No messages.")


async def _inbox(server: str | None, *, unread: bool, keep: bool) -> dict[str, Any]:
    async with signed_in(server) as client:
        found: dict[str, Any] = (await client.query("Inbox", first=_SHOWN, unreadOnly=unread))["viewer"]
        ids = [one["id"] for one in found["messages"]["nodes"] if not one["readAt"]]
        if ids and not keep:
            await client.mutate("MarkRead", ids=ids)
        return found
