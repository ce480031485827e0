"""`./livecup invite`: links that let officials in, who was let in by whom, and ending what is open."""

import asyncio
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.chosen import chosen_city, chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.moments import end_of
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results, when, word
from services.cli.usage import Livecup
from services.cli.user import find_user, read_role

invite = Livecup(help="邀请工作人员：发链接、查看、作废、重设密码。 / Invitations: make, list, revoke, renew.")
_SIDES = {"主办": "HOST", "承办": "UNDERTAKER"}
_STATES = {"OPEN": "有效", "ACCEPTED": "已接受", "EXPIRED": "已过期", "REVOKED": "已作废"}


@invite.command()
def create(
    name: Annotated[str, typer.Argument(help="姓名 / name")],
    *,
    role: Annotated[str, typer.Option("--role", help="身份，如 经办人、领队、评委 / role")],
    city: Annotated[str | None, typer.Option("--city", help="经办人、领队的市州 / of a clerk or leader")] = None,
    side: Annotated[str | None, typer.Option("--side", help="主办或承办 / HOST or UNDERTAKER")] = None,
    until: Annotated[str | None, typer.Option("--until", help="有效期至，默认 14 天 / default: 14 days")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="不限赛事 / not bound to one contest")] = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """发一条邀请链接，只显示一次。 / Make a link that lets one official in; it is shown once."""
    given = {
        "name": name,
        "role": read_role(role),
        "hostRole": _SIDES.get(side, side.upper()) if side else None,
        "expiresAt": end_of(until),
    }
    made = asyncio.run(_create(server, None if everywhere else (contest,), given, city))
    if as_json:
        emit(made)
        return
    results.print(f"已邀请{word(given['role'])} {name}，有效至 {when(made['invitation']['expiresAt'])}。", markup=False)
    results.print(f"请把这个链接发给本人（只显示一次）：{made['link']}", markup=False, soft_wrap=True)


@invite.command("list")
def list_invitations(
    state: Annotated[str | None, typer.Option("--state", help="有效、已接受、已过期、已作废 / state")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="不限赛事的邀请 / not bound to a contest")] = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出邀请：谁邀请了谁，状态如何。 / List invitations: who let whom in."""
    found = asyncio.run(_list(server, None if everywhere else (contest,), _state(state)))
    if as_json:
        emit({"invitations": found})
        return
    table = Table("编号", "状态", "身份", "市州", "受邀人", "邀请人", "接受者", "有效至（北京时间）")
    for one in found:
        person = one["contestant"]
        whom = f"{person['number']} {person['name']}" if person else one["name"]
        table.add_row(
            one["id"],
            _STATES[one["state"]],
            word(one["role"]) if one["role"] else "重设密码",
            one["city"]["name"] if one["city"] else "-",
            whom or "-",
            one["invitedBy"] or "-",
            one["acceptedBy"] or "-",
            beijing(one["expiresAt"]),
        )
    results.print(table)


@invite.command()
def revoke(
    invitation: Annotated[str, typer.Argument(help="邀请编号，见 invite list / its id, see invite list")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """作废一条还没有用的邀请或激活码。 / End an invitation or code that nobody has used."""
    ended = asyncio.run(_revoke(server, invitation))
    if as_json:
        emit(ended)
        return
    results.print("已作废。 / Revoked.")


@invite.command()
def renew(
    login: Annotated[str, typer.Argument(help="登录名 / login")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """给忘记密码的人发一条重设链接，只显示一次；须先另行核实本人。 / A link that sets a new password; shown once."""
    made = asyncio.run(_renew(server, login, reason))
    if as_json:
        emit(made)
        return
    results.print(f"重设链接有效至 {when(made['invitation']['expiresAt'])}。", markup=False)
    results.print(f"请把这个链接发给本人（只显示一次）：{made['link']}", markup=False, soft_wrap=True)


async def _renew(server: str | None, login: str, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        found = await find_user(client, login)
        return await client.mutate("RenewAccess", userId=found["id"], reason=reason)


def _state(text: str | None) -> str | None:
    if text is None:
        return None
    for code, chinese in _STATES.items():
        if text.upper() == code or text == chinese:
            return code
    raise CommandError(f"没有状态“{text}”，可写：{'、'.join(_STATES.values())}。 / There is no such state.")


async def _create(
    server: str | None, where: tuple[str | None] | None, given: dict[str, Any], city: str | None
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, where[0]) if where else None
        places = {
            "contestId": contest["id"] if contest else None,
            "cityId": chosen_city(contest, city) if contest else None,
        }
        return await client.mutate("InviteUser", **given, **places)


async def _list(server: str | None, where: tuple[str | None] | None, state: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest_id = (await chosen_contest(client, where[0]))["id"] if where else None
        pages = client.pages("Invitations", "invitations", contestId=contest_id, filter={"state": state})
        return [one async for one in pages]


async def _revoke(server: str | None, invitation: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        revoked: dict[str, Any] = (await client.mutate("RevokeInvitation", invitationId=invitation))["invitation"]
        return revoked
