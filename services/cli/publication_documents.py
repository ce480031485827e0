"""The documents of a revision on their way to a folder."""

import asyncio
import hashlib
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, Server, say
from services.cli.publish import chosen_revision

Revision = Annotated[int | None, typer.Argument(help="第几版，默认最近公开的 / default: the last that is public")]


def documents(
    revision: Revision = None,
    *,
    to: Annotated[Path, typer.Option("--to", help="存到哪个文件夹 / into which folder")] = Path(),
    english: Annotated[bool, typer.Option("--english", help="英文的 / those in English")] = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """下载一版的 PDF、Word、Excel 和 CSV 文件。 / Fetch a revision as PDF, Word, Excel and CSV."""
    written = asyncio.run(_fetch(server, contest, revision, to, "EN" if english else "ZH"))
    said = "、".join(str(path) for path in written)
    say({"files": [str(path) for path in written]}, f"已存为 {said}。 / Written.", as_json=as_json)


async def _fetch(server: str | None, slug: str | None, revision: int | None, folder: Path, language: str) -> list[Path]:
    async with signed_in(server) as client:
        chosen = (await chosen_contest(client, slug))["slug"]
        number = (await chosen_revision(client, chosen, revision))["revision"]
        asked = {"contest": chosen, "revision": number}
        found: list[dict[str, Any]] = (await client.query("PublicationDocuments", **asked))["publication"]["documents"]
        wanted = [one for one in found if one["language"] == language]
        if not wanted:
            raise CommandError("这一版的文件还没有生成，请稍后再试。 / Its documents are not made yet; try again.")
        written = []
        for one in wanted:
            content = await client.fetch(one["url"])
            if hashlib.sha256(content).hexdigest() != one["sha256"]:
                raise CommandError("下载的文件与摘要不符，请重试。 / What came is not what was published; try again.")
            name = f"{chosen}-{number}-{Path(one['url']).name}"
            written.append(await asyncio.to_thread(write, folder / name, content))
        return written


def write(path: Path, content: bytes) -> Path:
    """Writes a file, and the folders above it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"无法写入 {path}（{cause(error)}）。 / It cannot be written.") from None
    return path
