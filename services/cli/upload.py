"""`./livecup upload`: send export files, folders and zips."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, notes, results, word
from services.cli.problems import place, problem_table
from services.cli.transfer import BAD, Parcel, send_all, upload_ended, wait_for
from services.shared.handles import read_account

_NOT_DATA = re.compile(r"^(\.|~\$|__MACOSX$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def upload(
    paths: Annotated[list[Path], typer.Argument(help="文件、文件夹或 zip;文件夹名写明账号，如 抖音-zhangsan")],
    *,
    contest: ContestSlug = None,
    exported_at: Annotated[
        str | None, typer.Option("--exported-at", help="导出时间，如 2021-09-01T20:00;不写则以上传时间为准")
    ] = None,
    account: Annotated[str | None, typer.Option("--account", help="所属账号，如 抖音:zhangsan")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="文件种类；不写则按表头识别 / default: by headings")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="已上传过的也重新上传 / send all again")] = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """上传导出文件。已计入的跳过，中断的继续。 / Send exports; what is counted is skipped, what broke off goes on."""
    parcels = list(parcels_of(paths, exported_at=moment(exported_at), account=account, kind=kind))
    if not parcels:
        raise CommandError("没有找到文件。 / No file was found.")
    answer = asyncio.run(_upload(server, contest, parcels, again=str(uuid4()) if again else ""))
    if as_json:
        emit(answer)
    else:
        _show(answer)
    if answer["refused"]:
        raise typer.Exit(1)


def moment(text: str | None) -> str | None:
    """A moment as the API takes it; without an offset it is Beijing time."""
    if text is None:
        return None
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"看不懂时间 {text},应如 2021-09-01T20:00。 / Not a time like 2021-09-01T20:00.") from None
    return stated.isoformat() if stated.tzinfo else f"{stated.isoformat()}+08:00"


def parcels_of(
    paths: Iterable[Path], *, exported_at: str | None = None, account: str | None = None, kind: str | None = None
) -> Iterator[Parcel]:
    """Every file named or inside a folder named, with the account that its folder names."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"没有 {path}。 / There is no such file or folder.")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            inside = file.relative_to(path).parts if path.is_dir() else (file.name,)
            if file.is_file() and not any(_NOT_DATA.match(part) for part in inside):
                yield Parcel(file, "/".join(inside), kind, account or account_of(file), exported_at)


def account_of(file: Path) -> str | None:
    """The nearest folder above a file that names an account."""
    return next((folder.name for folder in file.absolute().parents if read_account(folder.name)), None)


async def _upload(server: str | None, slug: str | None, parcels: list[Parcel], *, again: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[shown]}"))
        with Progress(*columns, TimeRemainingColumn(), console=notes, transient=True) as progress:
            return await upload_all(client, contest["id"], parcels, UploadProgress(progress), again=again)


class UploadProgress:
    """Two bars: bytes that went out, and files that were read, those inside archives among them."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bytes = progress.add_task("上传 / sending", total=None, shown="")
        self._files = progress.add_task("读取 / reading", total=None, shown="")
        self._sent = 0
        self._counts: dict[str, tuple[int, int]] = {}

    def expect(self, size: int) -> None:
        self._progress.update(self._bytes, total=size)

    def sent(self, count: int) -> None:
        self._sent += count
        self._progress.update(self._bytes, completed=self._sent, shown=f"{self._sent / 1e6:.1f} MB")

    def read(self, upload: dict[str, Any]) -> None:
        files = upload["files"]
        total = max(files["total"], 1)
        self._counts[upload["id"]] = (total if upload_ended(upload) else files["done"], total)
        done, of = (sum(column) for column in zip(*self._counts.values(), strict=True))
        self._progress.update(self._files, completed=done, total=of, shown=f"{done}/{of}")


async def upload_all(
    client: Client, contest_id: str, parcels: list[Parcel], progress: UploadProgress, *, again: str = ""
) -> dict[str, Any]:
    """Sends files, waits until they are read, and gathers what was refused, inside archives too.

    Answers {"loaded", "refused", "rows", "uploads": [UploadState…], "problems": [{"file", …ProblemText}]}; the counts
    are of files that hold data, an archive's members each by itself.
    """
    progress.expect(sum(parcel.path.stat().st_size for parcel in parcels))
    sent = await send_all(client, contest_id, parcels, progress.sent, again=again)
    ended = {one.upload["id"]: one.upload for one in sent if upload_ended(one.upload)}
    waiting = [one.upload["id"] for one in sent if one.upload["id"] not in ended]
    ended |= await wait_for(client, "Uploads", waiting, upload_ended, progress.read)
    uploads = [{**ended[one.upload["id"]], "name": one.parcel.name, "before": one.before} for one in sent]
    problems = [problem async for problem in _problems(client, contest_id, uploads)]
    return {
        "loaded": sum(_counted(one)[0] for one in uploads),
        "refused": sum(_counted(one)[1] for one in uploads),
        "rows": sum(one["rows"]["read"] for one in uploads),
        "uploads": uploads,
        "problems": problems,
    }


def _counted(upload: dict[str, Any]) -> tuple[int, int]:
    """Files loaded and refused; an archive that is refused as a whole is one refused file."""
    files = upload["files"]
    if upload["state"] in BAD:
        return 0, max(1, files["refused"])
    if files["total"]:
        return files["accepted"] + files["duplicate"], files["refused"]
    return 1, 0


async def _problems(client: Client, contest_id: str, uploads: list[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    """What is wrong with refused files and what waits to be claimed; of an archive the problems of refused members."""
    for upload in uploads:
        if upload["state"] in BAD or (upload["rows"]["unclaimed"] and not upload["files"]["total"]):
            found = (await client.query("UploadProblems", id=upload["id"]))["upload"]
            for problem in found["problems"]["nodes"]:
                yield {"file": upload["name"], **problem}
        if upload["files"]["refused"]:
            for state in sorted(BAD):
                chosen = {"parentId": upload["id"], "state": state}
                async for child in client.pages("ChildUploads", "uploads", contestId=contest_id, filter=chosen):
                    for problem in child["problems"]["nodes"]:
                        yield {"file": f"{upload['name']}: {child['name']}", **problem}


def _show(answer: dict[str, Any]) -> None:
    table = Table(
        "文件 / file", "种类 / kind", "结果 / state", "行 / rows", "新增 / new", "更新", "未变", "窗口外", "未认领"
    )
    for one in answer["uploads"]:
        rows = one["rows"]
        state = f"{word(one['state'])}（此前已上传）" if one["before"] else word(one["state"])
        counts = (str(rows[key]) for key in ("read", "new", "replaced", "unchanged", "outside", "unclaimed"))
        table.add_row(one["name"], word(one["kind"]), state, *counts)
    results.print(table)
    if answer["problems"]:
        results.print(problem_table((one["file"], place(one), one) for one in answer["problems"]))
    results.print(f"计入 {answer['loaded']} 个文件，未计入 {answer['refused']} 个。")
