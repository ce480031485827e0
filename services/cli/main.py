"""The command line: one file a noun or verb, joined here."""

import sys

import typer
from rich.console import Console
from rich.markup import escape
from typer._click.exceptions import ClickException, UsageError

from services.cli.accept import accept
from services.cli.activate import activate
from services.cli.alias import alias
from services.cli.amend import consent, division, link_hosts, quotas, round_, typed_by_two
from services.cli.appeal import appeal
from services.cli.archive import archive
from services.cli.audit import audit
from services.cli.awards import awards
from services.cli.bench import bench
from services.cli.bind_uids import bind_uids
from services.cli.certificate import certificate
from services.cli.city import city
from services.cli.compare import compare
from services.cli.contest import contest
from services.cli.coverage import coverage
from services.cli.demo import demo
from services.cli.double_entries import double_entries
from services.cli.errors import CommandError
from services.cli.evidence import evidence
from services.cli.explain import explain
from services.cli.export import export
from services.cli.finalists import finalists
from services.cli.flags import flags
from services.cli.format import format_
from services.cli.freeze import freeze, unfreeze
from services.cli.given_list import given_list
from services.cli.identity import identity
from services.cli.inbox import inbox
from services.cli.invite import invite
from services.cli.jury import jury
from services.cli.keys import keys
from services.cli.link import link
from services.cli.live import live
from services.cli.messages import messages
from services.cli.migrate import migrate
from services.cli.notice import notice
from services.cli.penalty import penalty
from services.cli.people import people
from services.cli.personal_data import erase, reveal
from services.cli.product import product
from services.cli.publication_documents import documents
from services.cli.publish import publish
from services.cli.published import list_revisions, save, show
from services.cli.published import verify as verify_published
from services.cli.rankings import rankings
from services.cli.register import register
from services.cli.review import review
from services.cli.roster import roster
from services.cli.rules import rules
from services.cli.schema import schema
from services.cli.score import adopt, adoptions, score
from services.cli.sign_in import change_password, sign_in, sign_out
from services.cli.team import team
from services.cli.templates import templates
from services.cli.test import test
from services.cli.token import token
from services.cli.totp import totp
from services.cli.typed_figures import confirm_typed, decline_typed
from services.cli.unclaimed import unclaimed
from services.cli.up import up
from services.cli.upload import upload
from services.cli.uploads import uploads
from services.cli.usage import Livecup, explained, speak_chinese
from services.cli.user import user
from services.cli.verification import verification
from services.cli.verify import verify
from services.cli.waiting import waiting
from services.cli.window import window
from services.cli.withdraw import withdraw

app = Livecup(name="livecup", help="直播大赛计分。 / Scores livestream contests.")
app.command()(demo)
app.command()(up)
app.command()(migrate)
app.command()(schema)
app.add_typer(rules, name="rules")
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(test)
app.command("sign-in")(sign_in)
app.command("sign-out")(sign_out)
app.command("password")(change_password)
contest.command()(quotas)
contest.command()(division)
contest.command("round")(round_)
contest.command("link-hosts")(link_hosts)
contest.command()(consent)
contest.command("typed-by-two")(typed_by_two)
app.add_typer(contest, name="contest")
user.add_typer(identity, name="identity")
app.add_typer(user, name="user")
app.add_typer(invite, name="invite")
app.command()(activate)
app.command()(accept)
app.add_typer(token, name="token")
app.add_typer(totp, name="totp")
app.add_typer(keys, name="keys")
app.add_typer(notice, name="notice")
app.command()(inbox)
app.command()(waiting)
app.add_typer(messages, name="messages")
app.command()(roster)
app.add_typer(review, name="review")
app.add_typer(evidence, name="evidence")
app.add_typer(city, name="city")
app.add_typer(given_list, name="given-list")
people.command()(reveal)
people.command()(erase)
app.command()(register)
app.add_typer(people, name="people")
app.add_typer(alias, name="alias")
app.add_typer(window, name="window")
app.add_typer(format_, name="format")
app.add_typer(double_entries, name="double-entries")
app.command("bind-uids")(bind_uids)
app.add_typer(unclaimed, name="unclaimed")
app.command()(templates)
app.command()(upload)
uploads.command("confirm-typed")(confirm_typed)
uploads.command("decline-typed")(decline_typed)
app.add_typer(uploads, name="uploads")
app.command()(withdraw)
app.command()(coverage)
app.command()(score)
app.command()(adopt)
app.command()(adoptions)
app.command()(compare)
app.command()(explain)
app.command()(rankings)
app.add_typer(awards, name="awards")
app.add_typer(live, name="live")
app.command()(freeze)
app.command()(unfreeze)
app.add_typer(penalty, name="penalty")
app.add_typer(appeal, name="appeal")
app.add_typer(certificate, name="certificate")
app.add_typer(product, name="product")
app.add_typer(jury, name="jury")
app.add_typer(flags, name="flags")
app.add_typer(link, name="link")
app.add_typer(verification, name="verification")
app.add_typer(finalists, name="finalists")
app.add_typer(team, name="team")
publish.command("list")(list_revisions)
publish.command()(show)
publish.command()(save)
publish.command()(documents)
publish.command("verify")(verify_published)
app.add_typer(publish, name="publish")
app.command()(verify)
app.command()(export)
app.command()(archive)
app.add_typer(audit, name="audit")
app.command()(bench)


def main() -> None:
    """Runs the command line; an expected failure is one line on standard error."""
    speak_chinese()
    try:
        sys.exit(app(prog_name="./livecup", standalone_mode=False) or 0)
    except CommandError as error:
        _fail(str(error), error.exit_code)
    except UsageError as error:
        _fail(explained(error), error.exit_code)
    except ClickException as error:
        _fail(f"出错。 / {error.format_message()}", error.exit_code)
    except typer.Abort:
        _fail("已中止。 / Aborted.", 1)


def _fail(said: str, exit_code: int) -> None:
    if said:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]✗[/red] {escape(said)}")
    sys.exit(exit_code)
