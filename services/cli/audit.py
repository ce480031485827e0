"""`./livecup audit`: who did what; and whether the record of it was changed."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.audit_chain import SaidHead, chain_of_database, chain_of_file, read_printed, write_export
from services.cli.chosen import chosen_city, chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.moments import end_of, moment
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results, word
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.shared.audit.chain import BadRow, Checked, Fault

audit = Livecup(help="操作记录：查看、链头、导出、校验。 / The record of who did what.")

_COLUMNS = (
    Column("时间", "at", whole=True),
    Column("谁", "who"),
    Column("地址", "address", spare=2),
    Column("操作", "action"),
    Column("变更", "changes"),
    Column("原因", "reason"),
    Column("位置", "position", spare=1, number=True),
)
_PAGE = 200

# What is wrong with a row, and what that means.
_FAULTS = {
    Fault.CHANGED: ("内容与封存时不同", "it is not what was sealed"),
    Fault.MISSING: ("记录缺失", "it is missing"),
    Fault.EXTRA: ("重复或多出的记录", "it stands there twice"),
    Fault.REORDERED: ("顺序被改动", "another entry stands in its place"),
    Fault.UNSEALED: (
        "写入超过一分钟仍未封存：核算服务没有运行，或是被手工加入的",
        "it has waited for its seal for over a minute: no scorer is running, or it was put in by hand",
    ),
    Fault.HEAD: ("与给出的链头不符：之前的记录被重做或截短", "the chain is not the one of that head"),
}


@audit.command()
def log(
    *,
    contest: ContestSlug = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    action: Annotated[str | None, typer.Option("--action", help="操作代码，如 ADOPT_RUN / code of the action")] = None,
    search: Annotated[
        str | None, typer.Option("--search", help="登录名、姓名、地址、原因或变更中的文字 / part of the text")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="起始时间，如 2021-07-01 或 2021-07-01T08:00 / from then on")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="截止时间，只写日期为当天 24:00 / before then")] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="所有赛事和登录等 / not one contest alone")] = False,
    first: Annotated[int, typer.Option("--first", min=1, help="最多多少条 / how many")] = 50,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看谁在何时做了什么，最近的在前。 / Who did what, the newest first."""
    only = {"action": action, "search": search, "from": moment(since), "to": end_of(until)}
    found = asyncio.run(_log(server, contest, city, {**only}, first, everywhere=everywhere))
    if as_json:
        emit(found)
        return
    if not found["entries"]:
        results.print("没有符合条件的记录，或您无权查看。 / There is none that you may see.")
        return
    results.print(table(_COLUMNS, map(_line, found["entries"])))
    results.print(f"共 {found['totalCount']} 条")


async def _log(
    server: str | None,
    slug: str | None,
    city: str | None,
    only: dict[str, str | None],
    first: int,
    *,
    everywhere: bool,
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = None if everywhere else await chosen_contest(client, slug)
        if contest is not None and city is not None:
            only["cityId"] = chosen_city(contest, city)
        entries: list[dict[str, Any]] = []
        total, after = 0, None
        while len(entries) < first:
            asked = {"contestId": contest and contest["id"], "filter": only, "after": after}
            page = (await client.query("AuditLog", **asked, first=min(_PAGE, first - len(entries))))["auditLog"]
            entries += page["nodes"]
            total, after = page["totalCount"], page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
    return {"totalCount": total, "entries": entries}


def _line(entry: dict[str, Any]) -> list[str]:
    changes = [f"{each['field']}: {each['before'] or '-'} → {each['after'] or '-'}" for each in entry["changes"]]
    who = f"{entry['login']} {entry['name']}" if entry["name"] not in (None, entry["login"]) else entry["login"]
    position = str(entry["position"] or "")
    return [
        beijing(entry["at"]),
        who,
        entry["address"],
        word(entry["action"]),
        "\n".join(changes),
        entry["reason"],
        position,
    ]


@audit.command()
def head(*, server: Server = None, as_json: Json = False) -> None:
    """显示链头，请抄存在系统之外。 / Print the head of the chain: keep it outside the system."""
    found = asyncio.run(_head(server))
    printed = f"{found['position']}:{found['digest']}"
    if as_json:
        emit({"head": printed, **found})
        return
    results.print(printed, soft_wrap=True)
    results.print(f"已封存 {found['position']} 条，待封存 {found['waiting']} 条。")


async def _head(server: str | None) -> dict[str, Any]:
    async with signed_in(server) as client:
        found: dict[str, Any] | None = (await client.query("AuditHead"))["auditHead"]
    if found is None:
        raise CommandError("您无权查看操作记录。 / The record is for organisers and auditors.")
    return found


@audit.command()
def export(
    file: Annotated[Path, typer.Argument(help="写到哪里，JSON 行 / where to, JSON lines")], *, as_json: Json = False
) -> None:
    """在服务器上导出全部已封存的记录和链头。 / On the server: write everything that is sealed, and the head."""
    reached = asyncio.run(write_export(file))
    if as_json:
        emit({"file": str(file), "head": str(reached)})
        return
    results.print(f"已导出 {reached.position} 条到 {file}，链头：", markup=False)
    results.print(str(reached), soft_wrap=True)


@audit.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="导出的文件；默认本服务器的数据库 / an export; default: the database")
    ] = None,
    *,
    printed: SaidHead = None,
    as_json: Json = False,
) -> None:
    """重新计算整条链，指出第一处被改动的记录。 / Recompute the chain and name the first wrong row."""
    expected = read_printed(printed)
    checked = chain_of_file(file, expected) if file else asyncio.run(chain_of_database(expected))
    if as_json:
        emit(_found(checked))
    elif checked.bad is None:
        results.print(f"一致，{checked.head.position} 条记录没有被改动。链头：/ It holds.")
        results.print(str(checked.head), soft_wrap=True)
    if checked.bad is not None:
        raise CommandError(_said(checked.bad))


def _found(checked: Checked) -> dict[str, Any]:
    bad = checked.bad
    row = {"fault": bad.fault, "position": bad.position, "entry": bad.entry_id} if bad else None
    return {"holds": bad is None, "head": str(checked.head), "firstBadRow": row}


def _said(bad: BadRow) -> str:
    chinese, english = _FAULTS[bad.fault]
    place = f"第 {bad.position} 条" if bad.position else "未封存的一条"
    entry = f"（{bad.entry_id}）" if bad.entry_id else ""
    return f"不一致！{place}{entry}：{chinese}。 / Entry {bad.position or bad.entry_id}: {english}."
