"""Marked copies on their way from the API to a folder."""

import asyncio
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.client import Client
from services.cli.errors import CommandError, cause
from services.cli.transfer import each, wait_for

Folder = Annotated[Path, typer.Option("--folder", help="写到哪个文件夹 / where to")]
InEnglish = Annotated[bool, typer.Option("--english", help="批注用英文 / comments in English")]


async def fetch_marked(
    client: Client, uploads: Sequence[tuple[str, str]], folder: Path, language: str = "ZH"
) -> list[Path]:
    """Writes the marked copies of uploads, given as id and name; no file is written over. Answers where they are."""
    contents = await each(uploads, lambda upload: _content(client, upload[0], language))
    return await asyncio.to_thread(_save, folder, [name for _, name in uploads], contents)


async def _content(client: Client, upload: str, language: str) -> bytes:
    answer = await client.mutate("MarkUpload", uploadId=upload, language=language)
    if answer["url"] is None:
        ended = await wait_for(client, "MarkedCopies", [upload], lambda one: _ended(one, language), lambda _: None)
        if _state(ended[upload], language) == "FAILED":
            raise CommandError("标注副本没有生成，请重试。 / The copy could not be made; try again.")
        answer = await client.mutate("MarkUpload", uploadId=upload, language=language)
    return await client.fetch(answer["url"])


def _state(upload: dict[str, Any], language: str) -> str:
    return next((copy["state"] for copy in upload["markedCopies"] if copy["language"] == language), "QUEUED")


def _ended(upload: dict[str, Any], language: str) -> bool:
    return _state(upload, language) != "QUEUED"


def _save(folder: Path, names: Sequence[str], contents: Sequence[bytes]) -> list[Path]:
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in zip(names, contents, strict=True):
            path = _free(folder, Path(name.replace("/", "_")).stem)
            with path.open("xb") as file:
                file.write(content)
            written.append(path)
    except OSError as error:
        raise CommandError(f"无法写入 {folder}（{cause(error)}）。 / It cannot be written.") from None
    return written


def _free(folder: Path, stem: str) -> Path:
    """`作品列表_标注.xlsx`, `作品列表_标注_2.xlsx` …"""
    names = (f"{stem}_标注{f'_{number}' if number > 1 else ''}.xlsx" for number in count(1))
    return next(path for path in map(folder.joinpath, names) if not path.exists())
