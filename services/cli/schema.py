"""`./livecup schema`: the GraphQL schema as a file that is committed and checked."""

import os
from pathlib import Path
from typing import Annotated

import typer

from services.cli.errors import CommandError


def schema(
    check: Annotated[bool, typer.Option("--check", help="只检查是否最新 / only say whether it is current")] = False,
) -> None:
    """写出（或检查）schema.graphql。 / Write or check schema.graphql."""
    from services.api.schema import render_schema  # noqa: PLC0415  the other commands need no schema

    path = Path(os.environ.get("LIVECUP_ROOT", ".")) / "schema.graphql"
    text = render_schema()
    if not check:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        raise CommandError(
            "schema.graphql 已过时，请运行 ./livecup schema。 / It is out of date: run ./livecup schema."
        )
