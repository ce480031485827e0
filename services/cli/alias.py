"""`./livecup alias`: the platform gave an account another handle: ask for it to be known, list, decide."""

import asyncio
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.documents import ready, send_document
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, results, word
from services.cli.people import find_person
from services.cli.usage import Livecup

alias = Livecup(help="账号改名：申请、列出、审核别名。 / Renamed accounts: ask, list, decide.")
_STATES = {"ASKED": "待审核", "APPROVED": "已通过", "REFUSED": "未通过"}
Why = Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")]


@alias.command()
def ask(
    number: Annotated[int, typer.Argument(help="选手编号 / the contestant's number")],
    handle: Annotated[str, typer.Argument(help="新的抖音号或快手号 / the new handle")],
    file: Annotated[Path, typer.Argument(help="证明改名的截图或 PDF / what shows it")],
    *,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """申请：同一账号的新账号名。 / Ask that a new handle of the same account be known."""
    asked = asyncio.run(_ask(server, contest, number, {"handle": handle, "reason": reason}, file))
    if as_json:
        emit(asked)
    else:
        results.print(f"已申请 {number} 号选手的新账号名 {handle}，等待主办方审核。 / Asked for.", markup=False)


async def _ask(server: str | None, slug: str | None, number: int, given: dict[str, str], file: Path) -> dict[str, Any]:
    async with signed_in(server) as client:
        person = await find_person(client, await chosen_contest(client, slug), number)
        document = ready(await send_document(client, file, purpose="ALIAS", contestantId=person["id"]))
        account = person["account"]["id"]
        answer = await client.mutate(
            "AskAlias", accountId=account, documentId=document, **given, idempotencyKey=str(uuid4())
        )
        asked: dict[str, Any] = answer["alias"]
        return asked


@alias.command("list")
def list_aliases(
    *,
    state: Annotated[str | None, typer.Option("--state", help="待审核、已通过、未通过 / in this state")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出别名。 / List aliases."""
    found = asyncio.run(_list(server, contest, _state(state)))
    if as_json:
        emit({"aliases": found})
        return
    for one in found:
        results.print(_line(one), markup=False, soft_wrap=True)
    if not found:
        results.print("没有别名。 / No aliases.")


def _state(text: str | None) -> str | None:
    for code, chinese in _STATES.items():
        if text is not None and (text.upper() == code or text == chinese):
            return code
    if text is not None:
        raise CommandError(f"没有状态“{text}”，可写：{'、'.join(_STATES.values())}。 / There is no such state.")
    return None


def _line(one: dict[str, Any]) -> str:
    old = one["account"]["handle"] if one["account"] else "-"
    what = f"{_STATES[one['state']]}：{word(one['platform'])} {old} → {one['handle']}"
    return f"{what}（{one['reason']}），编号 {one['id']}"


async def _list(server: str | None, slug: str | None, state: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        return [one async for one in client.pages("Aliases", "aliases", contestId=contest["id"], state=state)]


@alias.command()
def decide(
    named: Annotated[str, typer.Argument(metavar="ID", help="别名的编号，见 alias list / its id, see alias list")],
    *,
    approve: Annotated[bool, typer.Option("--approve/--refuse", help="通过或不通过 / approve or refuse")],
    reason: Why,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """审核一个别名；通过后用新账号名的文件计入同一账号。 / Decide whether it is the same account."""
    decided = asyncio.run(_decide(server, {"id": named, "approve": approve, "reason": reason}))
    if as_json:
        emit(decided)
    else:
        results.print(f"{decided['handle']}：{_STATES[decided['state']]}", markup=False)


async def _decide(server: str | None, given: dict[str, Any]) -> dict[str, Any]:
    async with signed_in(server) as client:
        decided: dict[str, Any] = (await client.mutate("DecideAlias", **given))["alias"]
        return decided
