"""`./livecup audit`: who did what; and whether the record of it was changed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from services.cli.audit_chain import SaidHead, chain_of_database, chain_of_file, read_printed, write_export
from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.moments import end_of, moment
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results, word
from services.cli.rights import OVERSEERS, may_read
from services.cli.usage import Livecup
from services.shared.audit.actions import Action
from services.shared.audit.chain import BadRow, Checked, Fault

audit = Livecup(help="操作记录：查看、链头、导出、校验。 / The record of who did what.")

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


_NOT_YOURS = "您无权查看操作记录，只有主办方和审计可以。 / The record is for organisers and auditors."


@audit.command()
def log(
    *,
    contest: ContestSlug = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    contestant: Annotated[int | None, typer.Option("--contestant", help="只看一位选手，按编号 / one person")] = None,
    action: Annotated[
        str | None, typer.Option("--action", help="操作，如 资格认定 或 REVIEW_ELIGIBILITY / in words or by code")
    ] = None,
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
    only = {"action": _action(action), "search": search, "from": moment(since), "to": end_of(until)}
    found = asyncio.run(_log(server, contest, (city, contestant), {**only}, first, everywhere=everywhere))
    if as_json:
        emit({name: found[name] for name in ("totalCount", "entries")})
        return
    if not found["entries"]:
        if not found["yours"]:
            raise CommandError(_NOT_YOURS)
        results.print("没有符合条件的记录。 / There is none.")
        return
    for entry in found["entries"]:
        results.print(_headline(entry), markup=False)
        for line in _details(entry):
            results.print(Padding.indent(Text(line), 4))
    results.print(f"共 {found['totalCount']} 条")


def _action(named: str | None) -> str | None:
    """The code of an action that is named by it or by its words; raises CommandError."""
    if named is None:
        return None
    for action in Action:
        if named.strip() in (action.value, word(action)):
            return action.value
    known = "、".join(word(action) for action in Action)
    raise CommandError(f"没有操作“{named}”，可写代码或：{known}。 / There is no such action.")


async def _log(
    server: str | None,
    slug: str | None,
    about: tuple[str | None, int | None],
    only: dict[str, str | None],
    first: int,
    *,
    everywhere: bool,
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = None if everywhere else await chosen_contest(client, slug)
        city, number = about
        if contest is not None and city is not None:
            only["cityId"] = chosen_city(contest, city)
        if contest is not None and number is not None:
            only["contestantId"] = (await chosen_contestants(client, contest["id"], [number]))[number]
        entries: list[dict[str, Any]] = []
        total, after = 0, None
        while len(entries) < first:
            asked = {"contestId": contest and contest["id"], "filter": only, "after": after}
            page = (await client.query("AuditLog", **asked, first=min(_PAGE, first - len(entries))))["auditLog"]
            entries += page["nodes"]
            total, after = page["totalCount"], page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        yours = bool(entries) or await may_read(client, contest, OVERSEERS)
    return {"totalCount": total, "entries": entries, "yours": yours}


def _headline(entry: dict[str, Any]) -> str:
    """`2021-07-20 10:00  资格认定  204 袁月（恩施州）  clerk-enshi 王敏`"""
    who = f"{entry['login']} {entry['name']}" if entry["name"] not in (None, entry["login"]) else entry["login"]
    return "  ".join(part for part in (beijing(entry["at"]), word(entry["action"]), _about(entry), who) if part)


def _about(entry: dict[str, Any]) -> str:
    """Whom or what it was done to, as far as the viewer may see them."""
    person, user, city = entry["contestant"], entry["subjectUser"], entry["city"]
    if person is not None:
        return f"{person['number']} {person['name']}" + (f"（{city['name']}）" if city else "")
    if user is not None:
        return f"{user['login']} {user['name']}"
    return " ".join([*([city["name"]] if city else []), entry["subjectWords"]])


def _details(entry: dict[str, Any]) -> Iterator[str]:
    yield from (change["words"] for change in entry["changes"])
    if entry["reason"]:
        yield f"原因：{entry['reason']}"
    where = [f"位置 {entry['position']}"] if entry["position"] else []
    if where or entry["address"]:
        yield "，".join([*where, *([f"来自 {entry['address']}"] if entry["address"] else [])])


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
        raise CommandError(_NOT_YOURS)
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
        results.print(f"一致，{checked.head.position} 条记录没有被改动{_bare(checked)}。链头：/ It holds.")
        results.print(str(checked.head), soft_wrap=True)
    if checked.bad is not None:
        raise CommandError(_said(checked.bad))


def _found(checked: Checked) -> dict[str, Any]:
    bad = checked.bad
    row = {"fault": bad.fault, "position": bad.position, "entry": bad.entry_id} if bad else None
    return {"holds": bad is None, "bare": checked.bare, "head": str(checked.head), "firstBadRow": row}


def _bare(checked: Checked) -> str:
    return f"（其中 {checked.bare} 条为其他赛事的记录，只有摘要）" if checked.bare else ""


def _said(bad: BadRow) -> str:
    chinese, english = _FAULTS[bad.fault]
    place = f"第 {bad.position} 条" if bad.position else "未封存的一条"
    entry = f"（{bad.entry_id}）" if bad.entry_id else ""
    return f"不一致！{place}{entry}：{chinese}。 / Entry {bad.position or bad.entry_id}: {english}."
