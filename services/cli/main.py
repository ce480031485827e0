"""The command line: one file a noun or verb, joined here."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from services.cli.bench import bench
from services.cli.bind_uids import bind_uids
from services.cli.contest import contest
from services.cli.demo import demo
from services.cli.errors import CommandError
from services.cli.finalists import finalists
from services.cli.migrate import migrate
from services.cli.rankings import rankings
from services.cli.roster import roster
from services.cli.schema import schema
from services.cli.score import adopt, score
from services.cli.sign_in import sign_in
from services.cli.templates import templates
from services.cli.test import test
from services.cli.up import up
from services.cli.upload import upload
from services.cli.verify import verify

app = typer.Typer(
    name="livecup",
    help="直播大赛计分。 / Scores livestream contests.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(demo)
app.command()(up)
app.command()(migrate)
app.command()(schema)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(test)
app.command("sign-in")(sign_in)
app.add_typer(contest, name="contest")
app.command()(roster)
app.command("bind-uids")(bind_uids)
app.command()(templates)
app.command()(upload)
app.command()(score)
app.command()(adopt)
app.command()(rankings)
app.command()(finalists)
app.command()(verify)
app.command()(bench)


def main() -> None:
    """Runs the command line; an expected failure is one line on standard error."""
    try:
        app(prog_name="./livecup")
    except CommandError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]✗[/red] {escape(str(error))}")
        sys.exit(error.exit_code)
