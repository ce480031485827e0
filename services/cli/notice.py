"""`./livecup notice`: announce something, withdraw it, list what was announced."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results
from services.cli.table import Column, table
from services.cli.usage import Livecup

notice = Livecup(help="通知公告：发布、撤回、查看。 / Notices: publish, withdraw, list.")
_COLUMNS = (
    Column("号", "number", number=True),
    Column("标题", "title"),
    Column("发布", "published", whole=True),
    Column("撤回", "withdrawn"),
)


@notice.command()
def publish(
    title: Annotated[str, typer.Argument(help="标题 / title")],
    body: Annotated[Path, typer.Argument(help="正文，UTF-8 文本文件 / the text, a UTF-8 file")],
    *,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """发布一条通知；发布后不能修改，只能撤回重发。 / Publish a notice; it is never edited."""
    try:
        text = body.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"读不了 {body}（{cause(error)}）。 / The file cannot be read.") from None
    made = asyncio.run(_publish(server, contest, title, text))
    if as_json:
        emit(made)
        return
    results.print(f"已发布第 {made['number']} 号通知。 / Published.")


@notice.command("list")
def list_notices(*, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """列出全部通知。 / List all notices."""
    found = asyncio.run(_notices(server, contest))
    if as_json:
        emit({"notices": found})
        return
    rows = [
        (str(one["number"]), one["title"], beijing(one["publishedAt"]), one["withdrawnReason"] or _withdrawn(one))
        for one in found
    ]
    results.print(table(_COLUMNS, rows) if rows else "还没有通知。 / No notices yet.")


@notice.command()
def withdraw(
    number: Annotated[int, typer.Argument(help="第几号 / its number")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="原因 / why")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """撤回一条通知。 / Withdraw a notice."""
    done = asyncio.run(_withdraw(server, contest, number, reason))
    if as_json:
        emit(done)
        return
    results.print(f"已撤回第 {number} 号通知。 / Withdrawn.")


def _withdrawn(one: dict[str, Any]) -> str:
    return "已撤回" if one["withdrawnAt"] else ""


async def _publish(server: str | None, slug: str | None, title: str, body: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        made = await client.mutate("PublishNotice", contestId=contest["id"], title=title, body=body)
        published: dict[str, Any] = made["notice"]
        return published


async def _notices(server: str | None, slug: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        return [one async for one in client.pages("Notices", "notices", contestId=contest["id"])]


async def _withdraw(server: str | None, slug: str | None, number: int, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        async for one in client.pages("Notices", "notices", contestId=contest["id"]):
            if one["number"] == number:
                done = await client.mutate("WithdrawNotice", noticeId=one["id"], reason=reason)
                withdrawn: dict[str, Any] = done["notice"]
                return withdrawn
    raise CommandError(f"没有第 {number} 号通知。 / There is no notice of that number.")
