"""`./livecup roster`: import the cities' recommendation tables (推荐表)."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.progress import Progress

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, notes, results, word
from services.cli.policy import Policy, read_policy
from services.cli.problems import problem_table
from services.cli.table import Column, table
from services.cli.transfer import Heard, Parcel, send_all, wait_for
from services.cli.upload import NOT_DATA
from services.shared.vocabulary import ImportPolicy, RosterImportState

_COLUMNS = (
    Column("文件", "file"),
    Column("市州", "city"),
    Column("组别", "division"),
    Column("行", "lines", number=True),
    Column("新增", "new", number=True),
    Column("更新", "updated", number=True),
    Column("未变", "unchanged", spare=1, number=True),
    Column("有误", "refused", number=True),
    Column("重复", "duplicate", spare=2, number=True),
    Column("超名额", "over quota", spare=2, number=True),
    Column("结果", "outcome"),
)


_COUNTS = ("read", "new", "updated", "unchanged", "refused", "duplicate", "overQuota")


@dataclass(frozen=True, slots=True)
class Imported:
    """One roster file with what became of it: an answer of the operation RosterImports."""

    name: str
    answer: dict[str, Any]

    @property
    def good(self) -> bool:
        return self.answer["state"] == "DONE" and not self.answer["lines"]["refused"]


def roster(
    paths: Annotated[
        list[Path], typer.Argument(help="推荐表文件或文件夹，xlsx 或 csv，每个市州每个组别一份 / files or folders")
    ],
    *,
    contest: ContestSlug = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不导入 / only check")] = False,
    policy: Policy = "all",
    server: Server = None,
    as_json: Json = False,
) -> None:
    """导入推荐表，逐行说明未能导入的原因。 / Import rosters; every refused line is named with its reason."""
    how = read_policy(policy)
    done = asyncio.run(_roster(server, contest, roster_files(paths), how, dry_run=dry_run))
    if as_json:
        emit({"dryRun": dry_run, "rosters": [{"name": one.name, **one.answer} for one in done]})
    else:
        _show(done, dry_run=dry_run)
    if not all(one.good for one in done):
        raise typer.Exit(1)


def roster_files(paths: Iterable[Path]) -> list[Path]:
    """Every file named, and every xlsx and csv inside a folder named, by name; raises CommandError without any."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise CommandError(f"没有 {path}。 / There is no such file or folder.")
        inside = [path]
        if path.is_dir():
            tables = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in {".xlsx", ".csv"})
            inside = [file for file in tables if not any(NOT_DATA.match(part) for part in file.relative_to(path).parts)]
        found += inside
    if not found:
        raise CommandError("没有找到推荐表（xlsx 或 csv）。 / No roster was found.")
    return found


async def _roster(
    server: str | None, slug: str | None, files: list[Path], policy: ImportPolicy, *, dry_run: bool
) -> list[Imported]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        with Progress(console=notes, transient=True) as progress:
            task = progress.add_task("推荐表", total=len(files))
            return await import_rosters(
                client,
                contest["id"],
                files,
                lambda ended: progress.update(task, completed=ended),
                policy=policy,
                dry_run=dry_run,
            )


async def import_rosters(
    client: Client,
    contest_id: str,
    files: list[Path],
    heard: Heard,
    *,
    policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING,
    dry_run: bool = False,
) -> list[Imported]:
    """Sends rosters and imports one after the other, so that numbers follow the order of the files.

    `heard` is told how many are done. Each is sent anew every time: what was imported has been deleted over there.
    """
    parcels = [Parcel(path, path.name, kind="ROSTER") for path in files]
    sent = await send_all(client, contest_id, parcels, lambda _: None, again=str(uuid4()))
    done: list[Imported] = []
    for one in sent:
        begun = await client.mutate(
            "ImportRoster", uploadId=one.upload["id"], dryRun=dry_run, policy=policy, idempotencyKey=str(uuid4())
        )
        import_id = begun["rosterImport"]["id"]
        answers = await wait_for(client, "RosterImports", [import_id], _ended, lambda _: None)
        done.append(Imported(one.parcel.name, answers[import_id]))
        heard(len(done))
    return done


def _ended(answer: dict[str, Any]) -> bool:
    return RosterImportState(answer["state"]).ended


def _show(done: list[Imported], *, dry_run: bool) -> None:
    rows = []
    for one in done:
        lines, city, division = one.answer["lines"], one.answer["city"], one.answer["division"]
        counts = (str(lines[key]) for key in _COUNTS)
        named = (city["name"] if city else "-", division["name"] if division else "-")
        rows.append((one.name, *named, *counts, outcome(one.answer, dry_run=dry_run)))
    title = "仅检查，未导入任何人 / checked only, nothing imported" if dry_run else None
    results.print(table(_COLUMNS, rows, title=title))
    problems = [(one.name, problem) for one in done for problem in one.answer["problems"]]
    if problems:
        results.print(problem_table(problems))
    sums = {key: sum(one.answer["lines"][key] for one in done) for key in _COUNTS}
    written = [one.answer["lines"] for one in done if dry_run or one.answer["state"] == "DONE"]
    new, updated, unchanged = (sum(lines[key] for lines in written) for key in ("new", "updated", "unchanged"))
    said = "仅检查，未导入。将" if dry_run else ""
    people = f"{said}新增 {new} 人，更新 {updated} 人，{unchanged} 人不变"
    why = f"（重复 {sums['duplicate']} 行，超名额 {sums['overQuota']} 行）" if sums["refused"] else ""
    results.print(f"{people}；有误 {sums['refused']} 行{why}，共 {sums['read']} 行。", soft_wrap=True)


def outcome(answer: dict[str, Any], *, dry_run: bool) -> str:
    """`已导入`, `部分导入，3 行未导入`, `仅检查，3 行有误`; a table that was refused as a whole: `未导入`."""
    refused = answer["lines"]["refused"]
    if dry_run and answer["state"] == "REFUSED" and answer["lines"]["read"] and not refused:
        return "仅检查，现在不能导入"
    if answer["state"] != "DONE":
        said = {"REFUSED": f"整表未导入，{refused} 行有误" if refused else "整表未导入"}.get(
            answer["state"], word(answer["state"])
        )
        return f"仅检查，{said}" if dry_run else said
    if dry_run:
        return f"仅检查，{refused} 行有误" if refused else "仅检查，可以导入"
    if not refused:
        return "已导入"
    return f"部分导入，{refused} 行未导入" if refused < answer["lines"]["read"] else "未导入"
