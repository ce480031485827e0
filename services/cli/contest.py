"""`./livecup contest`: make a contest from its file, list contests, show one."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from services.cli.chosen import change_contest, chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError, cause
from services.cli.live import live_line
from services.cli.moments import end_of
from services.cli.output import Json, Server, beijing, emit, notes, results, run_name, word
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.sample.contest import ContestFileError, as_input, load
from services.shared.file_vocabulary import Originals

contest = Livecup(help="赛事：新建、列出、查看。 / Contests: make, list, show.")


@contest.command()
def create(
    file: Annotated[Path, typer.Argument(help="赛事文件，如 services/sample/hubei-2021/contest.toml")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """按文件新建赛事，连同市州、组别、名额、轮次、计分规则。 / Make a contest with all that belongs to it."""
    made, existed = asyncio.run(_create(server, contest_input(file)))
    if as_json:
        emit(made)
    elif existed:
        notes.print(f"赛事 {made['slug']}（{made['title']}）已存在，未改动。 / It exists already; nothing was changed.")
    else:
        notes.print(f"已建立 {made['slug']}：{made['title']}。 / Made.")


def contest_input(file: Path) -> dict[str, Any]:
    """The input of createContest from a contest file; the same file twice is one contest."""
    try:
        document = as_input(load(file), idempotency_key="")
    except OSError as error:
        raise CommandError(f"无法读取 {error.filename}（{cause(error)}）。 / It cannot be read.") from None
    except ContestFileError as error:
        raise CommandError(f"赛事文件有误：{error} / The contest file is wrong.") from None
    document["idempotencyKey"] = hashlib.sha256(repr(document).encode()).hexdigest()
    return document


async def _create(server: str | None, document: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The contest, and whether it was there before: the same file twice is one contest."""
    async with signed_in(server) as client:
        before = (await client.query("Contest", slug=document["slug"]))["contest"]
        made: dict[str, Any] = (await client.mutate("CreateContest", **document))["contest"]
        return made, before is not None and before["id"] == made["id"]


@contest.command("list")
def list_contests(server: Server = None, as_json: Json = False) -> None:
    """列出赛事。 / List contests."""
    found = asyncio.run(_list(server))
    if as_json:
        emit({"contests": found})
        return
    columns = [Column("代码", "slug", whole=True), Column("名称", "title"), Column("人数", "people", number=True)]
    results.print(table(columns, ((one["slug"], one["title"], str(one["contestantCount"])) for one in found)))


async def _list(server: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        found: list[dict[str, Any]] = (await client.query("Contests"))["contests"]["nodes"]
        return found


@contest.command()
def show(
    slug: Annotated[str | None, typer.Argument(help="赛事代码")] = None, server: Server = None, as_json: Json = False
) -> None:
    """查看赛事：轮次、市州、名额使用。 / Show a contest: rounds, cities, quotas."""
    found = asyncio.run(_show(server, slug))
    if as_json:
        emit(found)
        return
    results.print(f"[bold]{escape(found['title'])}[/bold]（{found['slug']}），{found['contestantCount']} 人")
    for one in found["rounds"]:
        results.print(*round_lines(one), sep="\n", soft_wrap=True)
    results.print(f"作品链接可用的域名 / link hosts  {'、'.join(found['linkHosts'])}", soft_wrap=True)
    results.print(_quota_table(found))


@contest.command()
def dates(
    slug: Annotated[str | None, typer.Argument(help="赛事代码")] = None,
    *,
    teams_until: Annotated[
        str | None, typer.Option("--teams-until", help="参赛队确认截止，只写日期即当天 24:00 / a day: its end")
    ] = None,
    evidence_until: Annotated[
        str | None, typer.Option("--evidence-until", help="材料删除时间，只写日期即当天 24:00 / a day: its end")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设定另行通知的日期。 / Set dates that were to be announced."""
    given = {"teamsUntil": end_of(teams_until), "evidenceUntil": end_of(evidence_until)}
    wanted = {name: until for name, until in given.items() if until is not None}
    answer = asyncio.run(change_contest(server, slug, "UpdateContestDates", **wanted, reason=reason))["contest"]
    if as_json:
        emit(answer)
        return
    for name, said in (("teamsUntil", "参赛队确认截止"), ("evidenceUntil", "材料删除时间")):
        results.print(f"{said}：{beijing(answer[name]) if answer[name] else '另行通知'}")


@contest.command()
def originals(
    slug: Annotated[str | None, typer.Argument(help="赛事代码")] = None,
    *,
    drop: Annotated[
        bool, typer.Option("--drop/--keep", help="读取后删除，或加密保存 / delete once read, or keep sealed")
    ],
    reason: Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """导出文件读取后加密保存或删除。 / Keep export files sealed, or delete them once they are read."""
    wanted = Originals.DROP_AFTER_INGEST if drop else Originals.KEEP_ENCRYPTED
    answer = asyncio.run(change_contest(server, slug, "UpdateOriginals", originals=wanted, reason=reason))["contest"]
    if as_json:
        emit(answer)
    else:
        results.print(f"{answer['slug']}：原始文件{word(answer['originals'])}")


def round_lines(one: dict[str, Any]) -> Iterator[str]:
    """What a round is about, as markup."""
    rules, adopted = one["rules"], one["adoptedRun"]
    yield f"[bold]{escape(one['title'])}[/bold]（{one['key']}），时间为北京时间"
    yield f"  比赛时间 / window        {_span(one['opensAt'], one['closesAt'])}"
    yield f"  导出时间 / exported      {_span(one['exportedFrom'], one['exportedUntil'])}"
    yield f"  上传截止 / uploads until {beijing(one['uploadsUntil'])}"
    yield f"  数据交齐 / exports due   每周结束后 {one['exportsDueDays']} 天"
    yield f"  计分规则 / rules         {'第 {} 版'.format(rules['version']) if rules else '还没有'}"
    yield f"  采用成绩 / adopted       {run_name(adopted) if adopted else '还没有'}"
    if one["frozenFrom"]:
        yield f"  封榜 / frozen from       {beijing(one['frozenFrom'])}"
    if one["liveRefresh"]:
        yield f"  现场刷新 / live          {escape(live_line(one['liveRefresh']))}"


def _span(begins: str, ends: str) -> str:
    return f"{beijing(begins)} 至 {beijing(ends)}"


def _quota_table(found: dict[str, Any]) -> Table:
    """Cities down, divisions across, each cell taken / places; a division may have none of its own for a city."""
    cells = {(one["city"]["name"], one["division"]["key"]): one for one in found["quotas"]}
    divisions = [Column(one["name"], number=True) for one in found["divisions"]]
    rows = []
    for city in found["cities"]:
        quotas = [cells.get((city["name"], one["key"])) for one in found["divisions"]]
        shown = [f"{one['taken']} / {one['places']}" if one else "不限" for one in quotas]
        rows.append((city["name"], *shown, str(city["contestantCount"])))
    columns = [Column("市州", "city"), *divisions, Column("人数", "people", number=True)]
    return table(columns, rows, title="名额：已用 / 总数")


async def _show(server: str | None, slug: str | None) -> dict[str, Any]:
    async with signed_in(server) as client:
        return await chosen_contest(client, slug)
