"""`./livecup format`: which files a contest takes, what their headings mean, and formats of its own."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, Server, emit, results, say, word
from services.cli.table import Column, table
from services.cli.usage import Livecup

format_ = Livecup(help="文件格式：认识哪些列，列名怎么对应，新增格式。 / Formats of files and their headings.")

_FORMATS = (
    Column("代号", "key", whole=True),
    Column("名称", "title"),
    Column("内容", "of"),
    Column("平台", "platform", spare=2),
    Column("列", "columns", number=True),
    Column("对应的列名", "mapped", spare=1),
)
_COLUMNS = (
    Column("列名", "heading"),
    Column("其他写法", "also", spare=2),
    Column("字段", "field", whole=True),
    Column("读法", "style", spare=1),
    Column("单位与写法", "unit"),
    Column("必须", "needed"),
)
_WAITING = (
    Column("不认识的列", "heading"),
    Column("像", "looks like"),
    Column("看上去的读法", "style"),
    Column("等待的文件", "files", number=True),
    Column("样本", "sample", spare=1),
)

Key = Annotated[str, typer.Argument(metavar="代号", help="格式代号，见 format list / its key")]
Heading = Annotated[str, typer.Argument(metavar="列名", help="文件里的写法 / as the files write it")]
Reason = Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")]


@format_.command("list")
def list_formats(
    key: Annotated[str | None, typer.Argument(metavar="[代号]", help="只看这一种，列出每一列 / its columns")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """可接收的文件格式，和等待对应的列名。 / The formats that are taken, and headings that wait."""
    found = asyncio.run(_list(server, contest))
    formats = [each for each in found["formats"] if key in (None, each["key"])]
    if not formats:
        raise CommandError(f"没有格式 {key}。不写代号可列出全部。 / There is no such format.")
    if as_json:
        emit({**found, "formats": formats})
        return
    if key is not None:
        _show_columns(formats[0])
        return
    results.print(table(_FORMATS, [_format_row(each) for each in formats]))
    if found["waitingHeadings"]:
        titles = {each["key"]: each["title"] for each in formats}
        results.print(table(_WAITING, [_waiting_row(one, titles) for one in found["waitingHeadings"]]))
        results.print("对好列名：./livecup format map 代号 列名 字段 --reason 原因", soft_wrap=True)


@format_.command("map")
def map_heading(
    key: Key,
    heading: Heading,
    field: Annotated[str, typer.Argument(metavar="字段", help="它的意思，见 format list 代号 / what it means")],
    *,
    reason: Reason,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """对应一个列名，等待的文件随即重新读取。 / Say what a heading means; waiting files are read again."""
    given = {"format": key, "heading": heading, "field": field, "reason": reason, "idempotencyKey": str(uuid4())}
    done = asyncio.run(_manage(server, "MapHeading", contest, given))
    say(done, f"{key} 的“{heading}”对应 {field}，{_again(done['readAgain'])}", as_json=as_json)


@format_.command("unmap")
def unmap_heading(
    key: Key,
    heading: Heading,
    *,
    reason: Reason,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """取消列名对应；已计入的不变。 / Take back what a heading means; what counts already stays."""
    given = {"format": key, "heading": heading, "reason": reason}
    done = asyncio.run(_manage(server, "RemoveMapping", contest, given))
    say(done, f"{key} 的“{heading}”不再对应。已计入的文件不变。", as_json=as_json)


@format_.command("draft")
def draft(
    heading: Heading,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="写入文件 / into a file")] = None,
    contest: ContestSlug = None,
    server: Server = None,
) -> None:
    """按等待中的样本文件起草一份格式。 / A format proposed from a file that waits for this heading."""
    document = asyncio.run(_draft(server, contest, heading))
    if output is None:
        sys.stdout.write(document)
        return
    try:
        output.write_text(document, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"无法写入 {output}（{cause(error)}）。 / It cannot be written.") from None
    results.print(
        f"已写入 {output}，改好后：./livecup format add 代号 {output} --title 名称 --reason 原因", markup=False
    )


@format_.command("add")
def add_format(
    key: Annotated[str, typer.Argument(metavar="代号", help="大写字母、数字、下划线，如 CITY_DAILY / capital letters")],
    file: Annotated[Path, typer.Argument(metavar="文件", help="格式文档（TOML），写法见 docs/formats.md / TOML")],
    *,
    title: Annotated[str, typer.Option("--title", help="名称 / what people call it")],
    sample: Annotated[
        str | None,
        typer.Option("--sample", help="用等待这个列名的文件检验 / has to recognise the file with this heading"),
    ] = None,
    reason: Reason,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """新增一种格式，或用同一代号修改。 / Add a format, or change the one with this key."""
    try:
        document = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"无法读取 {file}（{cause(error)}），应为 UTF-8 文本。 / It cannot be read.") from None
    given = {"key": key, "title": title, "document": document, "reason": reason, "idempotencyKey": str(uuid4())}
    done = asyncio.run(_manage(server, "AddFormat", contest, given, sample=sample))
    say(done, f"已保存格式 {key}（{title}），{_again(done['readAgain'])}", as_json=as_json)


@format_.command("remove")
def remove_format(
    key: Key, *, reason: Reason, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """停用一种自定义格式；已计入的不变。 / Take an added format away; what counts already stays."""
    done = asyncio.run(_manage(server, "RemoveFormat", contest, {"key": key, "reason": reason}))
    say(done, f"已停用格式 {key}。已计入的文件不变。", as_json=as_json)


def _again(count: int) -> str:
    return f"{count} 个等待的文件正在重新读取。" if count else "没有文件在等待。"


def _format_row(one: dict[str, Any]) -> tuple[str, ...]:
    title = f"{one['title']}（自定义）" if one["own"] else one["title"]
    mapped = "、".join(f"{each['heading']}→{each['field']}" for each in one["mappings"])
    platform = word(one["platform"]) if one["platform"] else "表中写明"
    return one["key"], title, word(one["source"]), platform, str(len(one["columns"])), mapped


def _waiting_row(one: dict[str, Any], titles: dict[str, str]) -> tuple[str, ...]:
    like = titles.get(one["looksLike"], one["looksLike"])
    return one["heading"], like, one["style"], str(one["uploads"]), (one["sample"] or {}).get("name", "")


def _show_columns(one: dict[str, Any]) -> None:
    results.print(f"{one['key']} {one['title']}", markup=False)
    rows = []
    for column in one["columns"]:
        also = "、".join(column["aliases"])
        needed = "必填" if column["filled"] else "必须有此列" if column["needed"] else ""
        rows.append((column["heading"], also, column["field"], column["style"], column["unit"], needed))
    results.print(table(_COLUMNS, rows))


async def _list(server: str | None, slug: str | None) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        return await client.query("Formats", contestId=contest["id"])


async def _manage(
    server: str | None, name: str, slug: str | None, given: dict[str, Any], *, sample: str | None = None
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        if sample is not None:
            given = {**given, "sampleId": (await _sample(client, contest["id"], sample))["id"]}
        return await client.mutate(name, contestId=contest["id"], **given)


async def _draft(server: str | None, slug: str | None, heading: str) -> str:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        sample = await _sample(client, contest["id"], heading)
        waiting = (await client.query("FormatDraft", id=sample["id"]))["upload"]["waiting"]
        if waiting is None:
            raise CommandError(f"“{heading}”的文件刚刚不再等待。请看 format list。 / It waits no longer.")
        document: str = waiting["draft"]
        return document


async def _sample(client: Client, contest_id: str, heading: str) -> dict[str, Any]:
    """The upload that waits for a heading."""
    waiting = (await client.query("Formats", contestId=contest_id))["waitingHeadings"]
    found = next((one["sample"] for one in waiting if one["heading"] == heading and one["sample"]), None)
    if found is None:
        raise CommandError(f"没有文件在等待列名“{heading}”，见 ./livecup format list。 / No file waits for it.")
    sample: dict[str, Any] = found
    return sample
