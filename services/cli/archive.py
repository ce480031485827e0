"""`./livecup archive`: everything of a contest that has to be read years later, in one file."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, emit, results
from services.cli.verify import key_of, open_database
from services.shared.personal_data import open_vault
from services.shared.settings import Settings


def archive(
    file: Annotated[Path, typer.Argument(help="写到哪里，.zip / where to")],
    *,
    contest: ContestSlug = None,
    as_json: Json = False,
) -> None:
    """在服务器上把整个赛事归档为一个文件，摘要记入操作记录。 / On the server: archive a contest, in one file."""
    digest = asyncio.run(_archive(file, contest))
    if as_json:
        emit({"file": str(file), "sha256": digest})
        return
    results.print(f"已归档到 {file}，SHA-256：", markup=False)
    results.print(digest, soft_wrap=True)


async def _archive(file: Path, slug: str | None) -> str:
    from services.scorer.archives.write_archive import write_archive  # noqa: PLC0415  polars takes long to load
    from services.scorer.bundles.write_bundle import ChangedResultError  # noqa: PLC0415

    async with signed_in() as client:
        contest = await chosen_contest(client, slug)
    settings = Settings.read()
    async with open_database(settings) as pool:
        try:
            return await write_archive(pool, key_of(contest["id"], "Contest"), file, open_vault(settings))
        except ChangedResultError:
            raise CommandError(
                "有成绩与数据不一致，不能归档；请先运行 ./livecup verify 查明。 / A result does not hold."
            ) from None
        except OSError as error:
            raise CommandError(f"写不了 {file}：{cause(error)}") from None
