"""`./livecup roster`: import the cities' recommendation tables (推荐表)."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.progress import Progress
from rich.table import Table

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.output import ContestSlug, Json, Server, emit, notes, results, word
from services.cli.problems import place, problem_table
from services.cli.transfer import Heard, Parcel, send_all, wait_for


@dataclass(frozen=True, slots=True)
class Imported:
    """One roster file with what became of it: an answer of the operation RosterImports."""

    name: str
    answer: dict[str, Any]

    @property
    def good(self) -> bool:
        return self.answer["state"] == "DONE" and not self.answer["lines"]["refused"]


def roster(
    files: Annotated[list[Path], typer.Argument(help="推荐表文件,xlsx 或 csv,每个市州每个组别一份")],
    *,
    contest: ContestSlug = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不导入 / only check")] = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """导入推荐表，逐行说明未能导入的原因。 / Import rosters; every refused line is named with its reason."""
    done = asyncio.run(_roster(server, contest, files, dry_run=dry_run))
    if as_json:
        emit({"dryRun": dry_run, "rosters": [{"name": one.name, **one.answer} for one in done]})
    else:
        _show(done)
    if not all(one.good for one in done):
        raise typer.Exit(1)


async def _roster(server: str | None, slug: str | None, files: list[Path], *, dry_run: bool) -> list[Imported]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        with Progress(console=notes, transient=True) as progress:
            task = progress.add_task("推荐表", total=len(files))
            return await import_rosters(
                client, contest["id"], files, lambda ended: progress.update(task, completed=ended), dry_run=dry_run
            )


async def import_rosters(
    client: Client, contest_id: str, files: list[Path], heard: Heard, *, dry_run: bool = False
) -> list[Imported]:
    """Sends rosters and imports one after the other, so that numbers and approvals follow the order of the files.

    `heard` is told how many are done. An import is always a new one: what has not changed is left as it is.
    """
    parcels = [Parcel(path, path.name, kind="ROSTER") for path in files]
    sent = await send_all(client, contest_id, parcels, lambda _: None)
    done: list[Imported] = []
    for one in sent:
        begun = await client.mutate(
            "ImportRoster", uploadId=one.upload["id"], dryRun=dry_run, idempotencyKey=str(uuid4())
        )
        import_id = begun["rosterImport"]["id"]
        answers = await wait_for(client, "RosterImports", [import_id], _ended, lambda _: None)
        done.append(Imported(one.parcel.name, answers[import_id]))
        heard(len(done))
    return done


def _ended(answer: dict[str, Any]) -> bool:
    return answer["state"] in {"DONE", "REFUSED", "FAILED"}


def _show(done: list[Imported]) -> None:
    table = Table("文件 / file", "市州", "组别", "行 / lines", "新增 / new", "更新", "未变", "未导入 / refused", "结果")
    for one in done:
        lines, city, division = one.answer["lines"], one.answer["city"], one.answer["division"]
        counts = (str(lines[key]) for key in ("read", "new", "updated", "unchanged", "refused"))
        table.add_row(
            one.name,
            city["name"] if city else "-",
            division["name"] if division else "-",
            *counts,
            word(one.answer["state"]),
        )
    results.print(table)
    problems = [(one.name, problem) for one in done for problem in one.answer["problems"]]
    if problems:
        results.print(problem_table((name, place(problem), problem) for name, problem in problems))
