"""`./livecup notice`: announce something, withdraw it, list what was announced."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError, cause
from services.cli.notice_parts import read_attachment, read_contact, read_line, read_timetable
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results
from services.cli.table import Column, table
from services.cli.transfer import fingerprint, wait_for
from services.cli.usage import Livecup

notice = Livecup(help="通知公告：发布、撤回、查看。 / Notices: publish, withdraw, list.")
_COLUMNS = (
    Column("号", "number", number=True),
    Column("标题", "title"),
    Column("发布", "published", whole=True),
    Column("撤回", "withdrawn"),
)
_UNCHECKED = ("CREATED", "CHECKING")


@notice.command()
def publish(
    title: Annotated[str, typer.Argument(help="标题 / title")],
    body: Annotated[Path, typer.Argument(help="正文，UTF-8 文本文件 / the text, a UTF-8 file")],
    *,
    timetable: Annotated[
        Path | None, typer.Option("--timetable", help="日程文件（TOML，每项一个 timetable 表） / the timetable, TOML")
    ] = None,
    lines: Annotated[
        list[str] | None, typer.Option("--when", help="一项日程：推荐上报=2021-06-01/2021-07-07，或 事项=待定 / a line")
    ] = None,
    contacts: Annotated[
        list[str] | None, typer.Option("--contact", help="联系人，如 张老师:027-87654321 / whom to ask")
    ] = None,
    supervision: Annotated[
        list[str] | None, typer.Option("--supervision", help="监督电话，同上 / whom to tell of wrongs")
    ] = None,
    attached: Annotated[
        list[str] | None, typer.Option("--attach", help="附件：文件，或 名称=文件 / a file, or title=file")
    ] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """发布一条通知；发布后不能修改，只能撤回重发。 / Publish a notice; it is never edited."""
    try:
        text = body.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"读不了 {body}（{cause(error)}）。 / The file cannot be read.") from None
    given = {
        "title": title,
        "body": text,
        "timetable": (read_timetable(timetable) if timetable else []) + [read_line(line) for line in lines or ()],
        "contacts": [read_contact(one, "CONTACT") for one in contacts or ()]
        + [read_contact(one, "SUPERVISION") for one in supervision or ()],
    }
    files = [read_attachment(one) for one in attached or ()]
    made = asyncio.run(_publish(server, contest, given, files))
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
def show(
    number: Annotated[int, typer.Argument(help="第几号 / its number")],
    *,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看一条通知的全文。 / Show a notice."""
    found = next((one for one in asyncio.run(_notices(server, contest)) if one["number"] == number), None)
    if found is None:
        raise CommandError(f"没有第 {number} 号通知。 / There is no such notice.")
    if as_json:
        emit(found)
        return
    results.print("\n".join(_text(found)), markup=False, soft_wrap=True)


def _text(one: dict[str, Any]) -> Iterator[str]:
    """A notice as lines to read aloud."""
    yield f"第 {one['number']} 号　{one['title']}　{beijing(one['publishedAt'])}　{_withdrawn(one)}".rstrip("　")
    yield one["body"]
    for line in one["timetable"]:
        times = " 至 ".join(beijing(line[end]) for end in ("from", "to") if line[end])
        yield f"{line['title']}：{'另行通知' if line['toBeAnnounced'] else times}"
    for contact in one["contacts"]:
        role = "监督电话" if contact["role"] == "SUPERVISION" else "联系人"
        yield f"{role}：{contact['name']} {contact['phone'] or ''}".rstrip()
    for paper in one["attachments"]:
        yield f"附件：{paper['title']} {paper['url']}"


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


async def _publish(
    server: str | None, slug: str | None, given: dict[str, Any], files: Sequence[tuple[str, Path]]
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest_id = (await chosen_contest(client, slug))["id"]
        sent = [await _attach(client, contest_id, title, path) for title, path in files]
        made = await client.mutate("PublishNotice", contestId=contest_id, **given, attachmentIds=sent)
        published: dict[str, Any] = made["notice"]
        return published


async def _attach(client: Client, contest_id: str, title: str, path: Path) -> str:
    """The id of a document that has been sent and checked; raises CommandError when it was refused."""
    sha256, size = await asyncio.to_thread(fingerprint, path)
    made = await client.mutate(
        "CreateDocument", purpose="NOTICE", contestId=contest_id, title=title, size=size, sha256=sha256
    )
    key: str = made["document"]["id"]
    await client.put(made["putUrl"], made["putToken"], path, lambda _: None)
    ended = await wait_for(client, "Documents", [key], lambda one: one["state"] not in _UNCHECKED, lambda _: None)
    if ended[key]["state"] != "READY":
        raise CommandError(f"{path}：{ended[key]['problem']['message']}")
    return key


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
