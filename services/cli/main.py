"""The command line: one file a noun or verb, joined here."""

import sys

import typer
from rich.console import Console

from services.cli.errors import CommandError
from services.cli.migrate import migrate
from services.cli.schema import schema
from services.cli.test import test
from services.cli.up import up

app = typer.Typer(
    name="livecup",
    help="直播大赛计分。 / Scores livestream contests.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(up)
app.command()(migrate)
app.command()(schema)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(test)


def main() -> None:
    """Runs the command line; an expected failure is one line on standard error."""
    try:
        app(prog_name="./livecup")
    except CommandError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]✗[/red] {error}")
        sys.exit(error.exit_code)
