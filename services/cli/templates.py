"""`./livecup templates`: our own template files, for figures that no platform exports in a known form."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.errors import CommandError, cause
from services.cli.output import notes


def templates(
    folder: Annotated[Path, typer.Argument(help="写到哪个文件夹 / where to")] = Path(),
    csv: Annotated[bool, typer.Option("--csv", help="写 csv，默认 xlsx / csv instead of xlsx")] = False,
) -> None:
    """写出自有模板：作品、账号每日、直播场次、订单。 / Write our templates: works, account days, sessions, orders."""
    from services.scorer.uploads.templates import (  # noqa: PLC0415  polars takes long to load, and only this needs it
        TEMPLATES,
        csv_template,
        xlsx_template,
    )

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, title in TEMPLATES.items():
            path = folder / f"{title}.{'csv' if csv else 'xlsx'}"
            path.write_bytes(csv_template(kind) if csv else xlsx_template(kind))
            notes.print(f"已写出 {path}")
    except OSError as error:
        raise CommandError(f"无法写入 {folder}（{cause(error)}）。 / It cannot be written.") from None
