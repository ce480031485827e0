"""`./livecup contest`: make a contest from its file, list contests, show one."""

import asyncio
import hashlib
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import Json, Server, emit, notes, results
from services.sample.contest import ContestFileError, as_input, load

contest = typer.Typer(help="赛事：新建、列出、查看。 / Contests: make, list, show.", no_args_is_help=True)


@contest.command()
def create(
    file: Annotated[Path, typer.Argument(help="赛事文件，如 services/sample/hubei-2021/contest.toml")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """按文件新建赛事，连同市州、组别、名额、轮次、计分规则。 / Make a contest with all that belongs to it."""
    made = asyncio.run(_create(server, contest_input(file)))
    if as_json:
        emit(made)
    notes.print(f"已建立 {made['slug']}:{made['title']}")


def contest_input(file: Path) -> dict[str, Any]:
    """The input of createContest from a contest file; the same file twice is one contest."""
    try:
        document = as_input(load(file), idempotency_key="")
    except OSError as error:
        raise CommandError(f"无法读取 {error.filename}。 / It cannot be read: {error.strerror}") from None
    except ContestFileError as error:
        raise CommandError(f"赛事文件有误。 / The contest file is wrong: {error}") from None
    document["idempotencyKey"] = hashlib.sha256(repr(document).encode()).hexdigest()
    return document


async def _create(server: str | None, document: dict[str, Any]) -> dict[str, Any]:
    async with signed_in(server) as client:
        made: dict[str, Any] = (await client.mutate("CreateContest", **document))["contest"]
        return made


@contest.command("list")
def list_contests(server: Server = None, as_json: Json = False) -> None:
    """列出赛事。 / List contests."""
    found = asyncio.run(_list(server))
    if as_json:
        emit({"contests": found})
        return
    table = Table("代码 / slug", "名称 / title", "人数 / people")
    for one in found:
        table.add_row(one["slug"], one["title"], str(one["contestantCount"]))
    results.print(table)


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
    results.print(f"[bold]{found['title']}[/bold] ({found['slug']})，{found['contestantCount']} 人")
    rounds = Table("轮次", "时间 / window", "导出时间 / exported", "上传截止 / uploads until", "规则", "采用")
    for one in found["rounds"]:
        rules, adopted = one["rules"], one["adoptedRun"]
        rounds.add_row(
            f"{one['title']} ({one['key']})",
            _span(one["opensAt"], one["closesAt"]),
            _span(one["exportedFrom"], one["exportedUntil"]),
            one["uploadsUntil"][:16],
            f"v{rules['version']}" if rules else "-",
            f"#{adopted['number']}" if adopted else "-",
        )
    results.print(rounds)
    results.print(_quota_table(found))


def _span(begins: str, ends: str) -> str:
    return f"{begins[:16]} – {ends[:16]}"


def _quota_table(found: dict[str, Any]) -> Table:
    """Cities down, divisions across, each cell taken / places."""
    cells = {(one["city"]["name"], one["division"]["key"]): one for one in found["quotas"]}
    table = Table("市州 / city", *(one["name"] for one in found["divisions"]), "人数 / people")
    for city in found["cities"]:
        quotas = [cells.get((city["name"], one["key"])) for one in found["divisions"]]
        shown = [f"{one['taken']} / {one['places']}" if one else "-" for one in quotas]
        table.add_row(city["name"], *shown, str(city["contestantCount"]))
    return table


async def _show(server: str | None, slug: str | None) -> dict[str, Any]:
    async with signed_in(server) as client:
        return await chosen_contest(client, slug)
