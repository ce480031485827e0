"""`./livecup evidence`: send what shows that somebody may take part, see what is there, look at it."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest, chosen_contestants
from services.cli.client import Client, signed_in
from services.cli.documents import ready, send_document
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, results, word
from services.cli.table import Column, table
from services.cli.usage import Livecup

evidence = Livecup(help="资格证明：上传、列出、查看。 / Evidence: send, list, view.")

Number = Annotated[int, typer.Argument(help="选手编号 / the contestant's number")]

_COLUMNS = (
    Column("代号", "key"),
    Column("材料", "evidence"),
    Column("必需", "required"),
    Column("已有", "given"),
    Column("文件", "documents", whole=True),
)


@evidence.command()
def send(
    number: Number,
    key: Annotated[str, typer.Argument(help="哪一项材料，见 evidence list / which piece")],
    file: Annotated[Path, typer.Argument(help="JPEG、PNG、HEIC 图片或 PDF，最大 20 MiB")],
    *,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """上传一份证明材料；文件名不会保存。 / Send a document; the file's own name is not kept."""
    sent = asyncio.run(_send(server, contest, number, key, file))
    if as_json:
        emit(sent)
    ready(sent)
    if not as_json:
        results.print(f"已收到：{sent['title']}。")


async def _send(server: str | None, slug: str | None, number: int, key: str, file: Path) -> dict[str, Any]:
    async with signed_in(server) as client:
        contestant = await _one(client, slug, number)
        return await send_document(client, file, purpose="EVIDENCE", contestantId=contestant, evidenceKey=key)


@evidence.command("list")
def list_evidence(number: Number, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """列出一位选手需要和已有的材料。 / What a contestant is asked for and has given."""
    found = asyncio.run(_read(server, contest, number))
    if as_json:
        emit(found)
        return
    rows = []
    for piece in found["evidence"] or []:
        documents = "、".join(f"{word('DOCUMENT_' + one['state'])} {one['id']}" for one in piece["documents"]) or "-"
        required, given = ("是" if piece[name] else "否" for name in ("required", "given"))
        rows.append((piece["key"], piece["title"], required, given, documents))
    results.print(table(_COLUMNS, rows, title=f"{found['number']} {found['name']}"))


async def _read(server: str | None, slug: str | None, number: int) -> dict[str, Any]:
    async with signed_in(server) as client:
        found: dict[str, Any] = (await client.query("EvidenceOf", id=await _one(client, slug, number)))["contestant"]
        return found


@evidence.command()
def view(
    document: Annotated[str, typer.Argument(help="材料 id，见 evidence list / the document's id")],
    into: Annotated[Path, typer.Argument(help="存到这个文件 / where to save it")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="查看原因，记入记录 / why; kept")] = "",
    server: Server = None,
    as_json: Json = False,
) -> None:
    """取一份材料；每次查看都有记录，用完请删除。 / Fetch a document; every look is recorded. Delete it afterwards."""
    if into.exists():
        raise CommandError(f"{into} 已存在。 / There is such a file already.")
    size = asyncio.run(_view(server, document, into, reason))
    if as_json:
        emit({"path": str(into), "size": size})
    else:
        results.print(f"已存到 {into}，用完请删除。", soft_wrap=True)


@evidence.command()
def delete(
    document: Annotated[str, typer.Argument(help="材料 id，见 evidence list / the document's id")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """删除一份材料，不能恢复。 / Delete a document for good."""
    deleted = asyncio.run(_delete(server, document, reason))
    if as_json:
        emit(deleted)
    else:
        results.print("已删除。 / Deleted.")


async def _delete(server: str | None, document: str, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        return await client.mutate("DeleteDocument", id=document, reason=reason)


async def _view(server: str | None, document: str, into: Path, reason: str) -> int:
    async with signed_in(server) as client:
        answer = await client.mutate("ViewDocument", id=document, reason=reason)
        content = await client.fetch(answer["url"])

    def save() -> None:
        with into.open("xb") as file:
            into.chmod(0o600)
            file.write(content)

    await asyncio.to_thread(save)
    return len(content)


async def _one(client: Client, slug: str | None, number: int) -> str:
    contest = await chosen_contest(client, slug)
    return (await chosen_contestants(client, contest["id"], [number]))[number]
