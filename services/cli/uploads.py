"""`./livecup uploads`: what was sent and what became of it, marked copies, figures typed in instead of a file."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.marked import Folder, InEnglish, fetch_marked
from services.cli.moments import moment
from services.cli.output import ContestSlug, Json, Server, account, beijing, emit, notes, results, say, word
from services.cli.people import find_person
from services.cli.problems import option_lines, problem_table, problems_of
from services.cli.table import Column, table
from services.cli.transfer import upload_ended, wait_for
from services.cli.typed_figures import Id, Rows, typed_rows
from services.cli.upload_numbers import chosen_uploads, upload_number
from services.cli.usage import Livecup
from services.shared.file_vocabulary import Source

uploads = Livecup(help="上传记录：列出、查看、标注、人工录入。 / Uploads: list, show, mark, type figures in.")

_COLUMNS = (
    Column("编号", "number", whole=True),
    Column("文件", "file"),
    Column("种类", "kind", spare=1),
    Column("账号", "account"),
    Column("结果", "state"),
    Column("行", "rows", number=True),
    Column("新增", "new", number=True),
    Column("更新", "replaced", number=True, spare=3),
    Column("未变", "unchanged", number=True, spare=3),
    Column("拒收", "refused", number=True),
    Column("导出时间", "exported", spare=1),
    Column("上传时间", "sent", spare=2),
    Column("来源", "origin", spare=3),
)
_COUNTS = ("read", "new", "replaced", "unchanged", "refused")
_STATES = ("ACCEPTED", "REFUSED", "WAITING", "DUPLICATE", "WITHDRAWN", "FAILED", "QUEUED")
_FIRST = "CREATED"  # of figures: typed once, where two people are to type them
_TYPED = {word(source): source for source in Source if source is not Source.ORDERS}


@uploads.command("list")
def list_uploads(
    *,
    state: Annotated[
        str | None, typer.Option("--state", help=f"只看：{'、'.join(map(word, _STATES))} / one state")
    ] = None,
    person: Annotated[int | None, typer.Option("--person", help="只看这位选手的，选手编号 / one contestant's")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出上传的文件，最新的在前。 / List uploads, the newest first."""
    found = asyncio.run(_list(server, contest, person, _code(state, {word(one): one for one in _STATES})))
    if as_json:
        emit({"uploads": found})
    elif found:
        results.print(table(_COLUMNS, map(_row, found)))
    else:
        results.print("没有您能查看的上传文件。 / There are no uploads that you may see.")


@uploads.command("show")
def show_upload(upload: Id, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """查看一个文件：结果、期间、行数、来源和每一处问题。 / Show an upload and everything wrong with it."""
    found = asyncio.run(_show(server, contest, upload))
    if as_json:
        emit(found)
        return
    results.print(*_lines(found), sep="\n", markup=False)
    problems = found["problems"]["nodes"]
    if problems:
        results.print(problem_table((found["name"], one) for one in problems))
        results.print(*option_lines(problems), sep="\n", markup=False, soft_wrap=True)
        results.print(
            f"标注问题的副本：./livecup uploads mark {upload_number(found['id'])}", markup=False, soft_wrap=True
        )


@uploads.command()
def mark(
    chosen: Annotated[list[str], typer.Argument(help="上传编号 / numbers of uploads")],
    *,
    folder: Folder = Path(),
    english: InEnglish = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """把有问题的单元格标色并批注，另存为 xlsx。 / Write copies with the bad cells coloured and commented."""
    written = asyncio.run(_mark(server, contest, chosen, folder, "EN" if english else "ZH"))
    say({"written": [str(path) for path in written]}, "\n".join(f"已写出 {path}" for path in written), as_json=as_json)


@uploads.command()
def again(upload: Id, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """让没有计入的文件重新读取一次，如补充名单或列名之后。 / Have a file of which nothing counts read once more."""
    asyncio.run(_again(server, contest, upload))
    say({"upload": upload}, f"正在重新读取。结果见 ./livecup uploads show {upload}", as_json=as_json)


@uploads.command("type")
def type_figures(
    number: Annotated[int, typer.Argument(help="选手编号 / the contestant's number")],
    *,
    source: Annotated[str, typer.Option("--source", help=f"{'、'.join(_TYPED)} / of what")],
    row: Rows,
    reason: Annotated[str, typer.Option("--reason", help="为何没有文件、数据抄自何处 / why; kept and shown")],
    exported_at: Annotated[str | None, typer.Option("--exported-at", help="抄录时间，默认现在 / when read")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """没有文件时人工录入数据，列名同模板。 / Type figures in where no file exists."""
    given = {
        "source": _code(source, _TYPED),
        "rows": typed_rows(row),
        "reason": reason,
        "exportedAt": moment(exported_at),
    }
    found = asyncio.run(_type(server, contest, number, given))
    if as_json:
        emit(found)
    else:
        results.print(table(_COLUMNS, [_row(found)]))
        problems = found["problems"]["nodes"]
        if problems:
            results.print(problem_table((found["name"], one) for one in problems))
    if found["state"] == _FIRST:
        again = f"./livecup uploads confirm-typed {upload_number(found['id'])} --row …"
        notes.print(f"待另一位主办方人员照屏幕再录入一次才计入：{again}", markup=False)
    elif found["state"] not in ("ACCEPTED", "DUPLICATE"):
        raise typer.Exit(1)


def _code(text: str | None, codes: dict[str, Any]) -> str | None:
    """What a person typed, in Chinese or as the code; raises CommandError that names all."""
    if text is None:
        return None
    code = codes.get(text, text.upper())
    if code not in codes.values():
        raise CommandError(f"没有“{text}”，可写：{'、'.join(codes)}。 / There is no such thing; see the help.")
    return str(code)


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    whose = account(one) if one["account"] else "-"
    counts = (str(one["rows"][key]) for key in _COUNTS)
    what = (upload_number(one["id"]), one["name"], word(one["kind"]), whose, _state(one))
    return *what, *counts, beijing(one["exportedAt"]), beijing(one["createdAt"]), word(one["origin"])


def _state(one: dict[str, Any]) -> str:
    return "待第二人录入" if (one["state"], one["origin"]) == (_FIRST, "TYPED") else word(one["state"])


def _lines(one: dict[str, Any]) -> Iterable[str]:
    rows = one["rows"]
    yield f"编号：{upload_number(one['id'])}"
    yield f"文件：{one['name']}（{word(one['kind'])}），{_state(one)}"
    yield f"账号：{account(one) if one['account'] else '-'}"
    stated = "" if one["exportedAtStated"] else "（未注明，按上传时间）"
    yield f"导出时间：{beijing(one['exportedAt'])}{stated}"
    if one["periodFrom"]:
        yield f"数据期间：{beijing(one['periodFrom'])} 至 {beijing(one['periodTo'])}"
    yield (
        f"行数：读取 {rows['read']}，新增 {rows['new']}，更新 {rows['replaced']}，未变 {rows['unchanged']}，"
        f"拒收 {rows['refused']}，窗口外 {rows['outside']}，待认领 {rows['unclaimed']}"
    )
    by = f"，由 {one['attestedBy']} 承诺属实" if one["attestedBy"] else ""
    why = f"，原因：{one['typingReason']}" if one["typingReason"] else ""
    yield f"来源：{word(one['origin'])}{by}{why}；有误行的处理：{word(one['policy'])}"
    if one["unknownColumns"]:
        yield f"没有使用的列：{'、'.join(one['unknownColumns'])}"
    if one["withdrawnReason"]:
        yield f"撤回原因：{one['withdrawnReason']}"


async def _list(server: str | None, slug: str | None, person: int | None, state: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        whose = (await find_person(client, contest, person))["id"] if person is not None else None
        chosen = {"state": state, "contestantId": whose}
        return [one async for one in client.pages("UploadList", "uploads", contestId=contest["id"], filter=chosen)]


async def _show(server: str | None, slug: str | None, upload: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        (upload,) = await chosen_uploads(client, slug, [upload])
        found: dict[str, Any] | None = (await client.query("UploadShown", id=upload))["upload"]
        if found is not None and len(found["problems"]["nodes"]) < found["problems"]["totalCount"]:
            found["problems"]["nodes"] = await problems_of(client, upload)
    if found is None:
        raise CommandError("没有这个上传文件，或您无权查看。 / There is no such upload that you may see.")
    return found


async def _mark(server: str | None, slug: str | None, chosen: list[str], folder: Path, language: str) -> list[Path]:
    async with signed_in(server) as client:
        chosen = await chosen_uploads(client, slug, chosen)
        named = [(one, (await client.query("UploadShown", id=one))["upload"]) for one in chosen]
        if missing := [one for one, found in named if found is None]:
            raise CommandError(f"没有这些上传文件，或您无权查看：{'、'.join(missing)}。 / There are no such uploads.")
        return await fetch_marked(client, [(one, found["name"]) for one, found in named], folder, language)


async def _again(server: str | None, slug: str | None, upload: str) -> None:
    async with signed_in(server) as client:
        (upload,) = await chosen_uploads(client, slug, [upload])
        await client.mutate("ReadUploadAgain", uploadId=upload)


async def _type(server: str | None, slug: str | None, number: int, given: dict[str, Any]) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        whose = (await find_person(client, contest, number))["account"]["id"]
        key = str(uuid4())
        made = await client.mutate("TypeFigures", contestId=contest["id"], accountId=whose, idempotencyKey=key, **given)
        upload = made["upload"]["id"]
        if made["upload"]["state"] != _FIRST:
            await wait_for(client, "Uploads", [upload], upload_ended, lambda _: None)
        found: dict[str, Any] = (await client.query("UploadShown", id=upload))["upload"]
        return found
