"""`./livecup schema`: what is made from the code, as files that are committed and checked."""

import os
from pathlib import Path
from typing import Annotated

import typer

from services.cli.errors import CommandError


def schema(
    check: Annotated[bool, typer.Option("--check", help="只检查是否最新 / only say whether they are current")] = False,
) -> None:
    """写出（或检查）schema.graphql、docs/permissions.md 和 docs/rules.schema.json。 / Write or check the files."""
    from services.api.permissions import render_permissions  # noqa: PLC0415  the other commands need no schema
    from services.api.schema import build_schema, core_of, render_schema  # noqa: PLC0415
    from services.shared.rules.json_schema import rendered  # noqa: PLC0415

    root = Path(os.environ.get("LIVECUP_ROOT", "."))
    files = {
        root / "schema.graphql": render_schema(),
        root / "docs" / "permissions.md": render_permissions(core_of(build_schema())),
        root / "docs" / "rules.schema.json": rendered(),
    }
    for path, text in files.items():
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError(
                f"{path.name} 已过时，请运行 ./livecup schema。 / It is out of date: run ./livecup schema."
            )
