"""`./livecup messages`: who was told what in a contest, and messages taken out for the office's own SMS."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError, cause
from services.cli.moments import moment
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results
from services.cli.table import Column, table
from services.cli.usage import Livecup

messages = Livecup(help="消息：谁在何时被告知了什么，导出短信。 / Messages: who was told what; take them out for SMS.")
_COLUMNS = (
    Column("时间", "when", whole=True),
    Column("告知", "told"),
    Column("内容", "text"),
    Column("已读", "read by", spare=1),
    Column("已导出", "taken out", spare=2),
)


class FileFormat(StrEnum):
    """What the office's SMS takes."""

    CSV = "csv"
    XLSX = "xlsx"


@messages.command("list")
def list_messages(
    *,
    city: Annotated[str | None, typer.Option("--city", help="市州及其选手 / a city and its people")] = None,
    contestant: Annotated[int | None, typer.Option("--contestant", help="选手编号 / a contestant's number")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="从何时起，如 2021-07-01（北京时间） / from then on")
    ] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出消息：何时告知了谁、谁已读、是否导出短信。 / Who was told what and when, and who has read it."""
    found = asyncio.run(_messages(server, contest, city, contestant, moment(since)))
    if as_json:
        emit({"messages": found})
        return
    results.print(table(_COLUMNS, [_row(one) for one in found]) if found else "没有消息。 / No messages.")


@messages.command()
def export(
    *,
    reason: Annotated[str, typer.Option("--reason", help="为何读取手机号，记入记录 / why phones are read; kept")],
    kind: Annotated[FileFormat, typer.Option("--format", help="文件格式 / the kind of file")] = FileFormat.XLSX,
    out: Annotated[Path | None, typer.Option("--out", help="保存为 / where to")] = None,
    everything: Annotated[bool, typer.Option("--all", help="也含导出过的 / also what was taken out before")] = False,
    again: Annotated[
        str | None, typer.Option("--again", help="重新下载一份导出过的文件 / a file's id: fetch it as it was")
    ] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """导出给选手的短信（手机号和内容），每条只导出一次。 / Take messages with their phones out, each once."""
    path = out or Path(f"短信.{kind}")
    if path.exists():
        raise CommandError(f"{path} 已存在。 / There is such a file already.")
    given = {"reason": reason, "format": kind.name, "onlyNew": not everything, "fileId": again}
    made, content = asyncio.run(_export(server, contest, given))
    try:
        _save(path, content)
    except OSError as error:
        raise CommandError(
            f"无法写入 {path}（{cause(error)}），请用 --again {made['fileId']} 重新下载。 / It cannot be written."
        ) from None
    if as_json:
        emit({"file": str(path), "fileId": made["fileId"], "messages": made["messages"]})
        return
    said = f"已导出 {made['messages']} 条：{path}，内有完整手机号，用完请删除。重新下载：--again {made['fileId']}"
    results.print(said, markup=False, soft_wrap=True)


def _save(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(content)


async def _messages(
    server: str | None, slug: str | None, city: str | None, number: int | None, since: str | None
) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        who = (await chosen_contestants(client, contest["id"], [number]))[number] if number is not None else None
        wanted = {"cityId": chosen_city(contest, city), "contestantId": who, "from": since}
        return [one async for one in client.pages("Messages", "messages", contestId=contest["id"], filter=wanted)]


async def _export(server: str | None, slug: str | None, given: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What was made, and the file."""
    async with signed_in(server) as client:
        made = await client.mutate("ExportMessages", contestId=(await chosen_contest(client, slug))["id"], **given)
        return made, await _fetched(client, made)


async def _fetched(client: Client, made: dict[str, Any]) -> bytes:
    try:
        return await client.fetch(made["url"])
    except CommandError as error:
        raise CommandError(f"{error}\n请用 --again {made['fileId']} 重新下载。 / Fetch it with --again.") from None


def _row(one: dict[str, Any]) -> tuple[str, str, str, str, str]:
    person, city = one["contestant"], one["city"]
    told = f"{person['number']} {person['name']}" if person else city["name"] if city else "用户"
    read = "、".join(reading["name"] for reading in one["readings"])
    return beijing(one["createdAt"]), told, one["text"], read, "是" if one["files"] else ""
