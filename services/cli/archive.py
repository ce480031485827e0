"""`./livecup archive`: everything of a contest that has to be read years later, in one file."""

import asyncio
import hashlib
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.progress import Progress

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import Json, Server, WithOriginals, emit, notes, results
from services.cli.passphrase import keep_passphrase
from services.cli.transfer import wait_for

_ENDED = frozenset({"READY", "FAILED", "DELETED"})


def archive(
    contest: Annotated[
        str | None, typer.Argument(help="赛事代码，只有一个赛事时可省略 / not needed for the only one")
    ] = None,
    *,
    to: Annotated[Path | None, typer.Option("--to", help="存为哪个文件，.zip / where to")] = None,
    with_originals: WithOriginals = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """把整个赛事归档为一个文件：带签名，多年后不用本程序也能查阅、核对。 / Archive a contest, signed, in one file."""
    with Progress(console=notes, transient=True) as progress:
        file, found = asyncio.run(_archive(server, (contest, to), progress, with_originals=with_originals))
    if as_json:
        emit({"file": str(file), "sha256": found["sha256"], "size": found["size"]})
        return
    results.print(f"已归档到 {file}（{found['size']} 字节），SHA-256：", markup=False, soft_wrap=True)
    results.print(found["sha256"], soft_wrap=True)
    results.print(f"校验：./livecup verify {file}；不用本程序的方法见包内 README.md。", markup=False, soft_wrap=True)


async def _archive(
    server: str | None, wanted: tuple[str | None, Path | None], progress: Progress, *, with_originals: bool
) -> tuple[Path, dict[str, Any]]:
    slug, to = wanted
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        given = {"contestId": contest["id"], "withOriginals": with_originals, "idempotencyKey": str(uuid4())}
        asked: str = (await client.mutate("ArchiveContest", **given))["archive"]["id"]
        found = await _ended(client, asked, progress)
        if found["state"] == "FAILED":
            raise CommandError(found["error"]["message"])
        if found["state"] == "DELETED":
            raise CommandError("归档期间有选手的个人信息被删除，请重新归档。 / Somebody was erased; try again.")
        file = to or Path(f"{contest['slug']}.zip")
        place = await client.mutate("FetchArchive", id=asked)
        task = progress.add_task("下载 / fetching", total=int(found["size"]))
        await client.save(place["url"], file, lambda size: progress.advance(task, size))
    if await asyncio.to_thread(_digest, file) != found["sha256"]:
        raise CommandError("下载的文件与摘要不符，请重试。 / What came is not what was written; try again.")
    if place["passphrase"] is not None:
        keep_passphrase(file, place["passphrase"])
    return file, found


async def _ended(client: Client, archive_id: str, progress: Progress) -> dict[str, Any]:
    task = progress.add_task("归档 / archiving", total=None)

    def heard(one: dict[str, Any]) -> None:
        progress.update(task, completed=one["partsDone"], total=one["partsTotal"] or None)

    return (await wait_for(client, "Archives", [archive_id], lambda one: one["state"] in _ENDED, heard))[archive_id]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
