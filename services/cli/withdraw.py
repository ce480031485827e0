"""`./livecup withdraw`: take files that count out of force again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, results, word
from services.cli.table import Column, table
from services.cli.transfer import fingerprint, wait_for
from services.cli.upload_numbers import chosen_uploads

_COLUMNS = (Column("文件", "file"), Column("种类", "kind"), Column("结果", "state", whole=True))


def withdraw(
    uploads: Annotated[
        list[str],
        typer.Argument(help="文件（按内容查找），或上传编号 / files, found by content, or numbers of uploads"),
    ],
    *,
    reason: Annotated[str, typer.Option("--reason", help="撤回原因，记入记录 / why; kept")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """撤回已计入的文件；重新核算后生效，已有结果不变。 / Take files out of force; earlier runs stay as they are."""
    if not reason.strip():
        raise CommandError("请用 --reason 写明撤回的原因。 / Say why, with --reason.")
    done = asyncio.run(_withdraw(server, contest, uploads, reason))
    if as_json:
        emit({"withdrawn": done})
        return
    results.print(table(_COLUMNS, ((one["name"], word(one["kind"]), word(one["state"])) for one in done)))
    results.print(f"已撤回 {len(done)} 个，主办方重新核算后生效（./livecup score --watch）。", soft_wrap=True)


async def _withdraw(server: str | None, slug: str | None, named: list[str], reason: str) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        ids = [upload_id async for upload_id in _ids(client, contest, named)]
        for upload_id in ids:
            await client.mutate("WithdrawUpload", uploadId=upload_id, reason=reason)
        ended = await wait_for(client, "Uploads", ids, lambda one: one["state"] == "WITHDRAWN", lambda _: None)
        return [ended[upload_id] for upload_id in ids]


def _contents(named: list[str]) -> dict[str, str]:
    """SHA-256 of those that are files."""
    return {fingerprint(Path(one))[0]: one for one in named if Path(one).is_file()}


async def _ids(client: Client, contest: dict[str, Any], named: list[str]) -> AsyncIterator[str]:
    """The accepted uploads that are named; a file finds every upload of the same bytes. All are looked up first."""
    wanted = await asyncio.to_thread(_contents, named)
    for one in await chosen_uploads(client, contest["slug"], [one for one in named if one not in wanted.values()]):
        yield one
    if not wanted:
        return
    found: set[str] = set()
    chosen = {"state": "ACCEPTED"}
    async for upload in client.pages("UploadIds", "uploads", contestId=contest["id"], filter=chosen):
        if upload["sha256"] in wanted:
            found.add(upload["sha256"])
            yield upload["id"]
    missing = [name for sha256, name in wanted.items() if sha256 not in found]
    if missing:
        raise CommandError(f"没有计入与 {'、'.join(missing)} 内容相同的文件。 / No file of that content counts.")
