"""`./livecup unclaimed`: order lines that wait because nobody knows whose number they name, and claims to them."""

import asyncio
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, account, emit, results, say, word
from services.cli.people import find_person
from services.cli.rights import OVERSEERS, may_read
from services.cli.table import Column, table
from services.cli.usage import Livecup

unclaimed = Livecup(help="待认领订单：列出、申请认领、审核。 / Unclaimed orders: list, claim, decide.")
_STATES = {"ASKED": "待审核", "APPROVED": "已通过", "REFUSED": "未通过"}
_COLUMNS = [
    Column("平台", "platform", whole=True),
    Column("达人ID", "uid", whole=True),
    Column("订单行数", "lines", number=True),
    Column("支付金额（元）", "paid", number=True),
    Column("文件", "files", spare=1),
    Column("申请认领", "claim"),
]
Why = Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")]


@unclaimed.command("list")
def list_unclaimed(*, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """列出还没有绑定参赛账号的达人ID，及等待它们的订单。 / List numbers that are bound to no account."""
    found = asyncio.run(_unclaimed(server, contest))
    if as_json:
        emit({"unclaimed": found})
    elif found:
        results.print(table(_COLUMNS, map(_row, found)))
        results.print("经办人：./livecup unclaimed claim 选手编号 达人ID --reason 原因；主办方：./livecup bind-uids")
    else:
        results.print("没有待认领的订单。 / Nothing waits.")


def _tell_elsewhere(claim: dict[str, Any]) -> None:
    """That approving a claim will not count lines which came in another account's file."""
    for one in claim["elsewhere"]:
        file = one["upload"] or {"name": "-", "account": None}
        whose = file["account"]["contestant"] if file["account"] else None
        of = f"{whose['number']} 号 {whose['name']}的" if whose else ""
        results.print(
            f"! {claim['uid']} 有 {one['lines']} 行订单在{of}文件“{file['name']}”里，通过后也不计入。"
            "请把这些行另存为一个文件，按认领的账号上传。",
            markup=False,
            soft_wrap=True,
        )


def _row(one: dict[str, Any]) -> list[str]:
    named = [each["upload"]["name"] if each["upload"] else "-" for each in one["files"]]
    files = "、".join(named[:2]) + (f" 等 {len(named)} 个" if len(named) > 2 else "")
    claim = account(one["claim"]) if one["claim"] else "-"
    if one["bound"]:
        whose = account(one) if one["account"] else "参赛账号"
        claim = f"已绑定{whose}；这些文件说是另一个账号的，不计入"
    return [word(one["platform"]), one["uid"], str(one["lines"]), one["paid"], files, claim]


@unclaimed.command("claim")
def claim_uid(
    number: Annotated[int, typer.Argument(help="选手编号 / the contestant's number")],
    uid: Annotated[str, typer.Argument(help="达人ID，全部数字 / the platform's own number")],
    *,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """为本市（州）选手申请认领一个达人ID，由主办方审核。 / Claim a number for one of your people."""
    done = asyncio.run(_claim(server, contest, number, {"uid": uid, "reason": reason}))
    say(done, f"已为 {number} 号选手申请认领 {uid}，等待主办方审核。 / Claimed; an organiser decides.", as_json=as_json)
    if not as_json:
        _tell_elsewhere(done)


@unclaimed.command()
def claims(
    everything: Annotated[bool, typer.Option("--all", help="也列出已审核的 / decided ones too")] = False,
    *,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出认领申请。 / List claims."""
    found = asyncio.run(_claims(server, contest, None if everything else "ASKED"))
    if as_json:
        emit({"claims": found})
        return
    for one in found:
        who = one["account"]["contestant"]
        said = f"{_STATES[one['state']]}：{who['number']} {who['name']}（{account(one)}）认领 {one['uid']}"
        results.print(f"{said}，原因：{one['reason']}；编号 {one['id']}", markup=False, soft_wrap=True)
        _tell_elsewhere(one)
    if not found:
        results.print("没有认领申请。 / No claims.")


@unclaimed.command()
def decide(
    named: Annotated[str, typer.Argument(metavar="ID", help="申请的编号，见 unclaimed claims / its id")],
    *,
    approve: Annotated[bool, typer.Option("--approve/--refuse", help="通过或不通过 / approve or refuse")],
    reason: Why,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """审核一条认领申请；通过后等待的订单自动计入。 / Decide a claim; approved, waiting orders count."""
    done = asyncio.run(_decide(server, {"id": named, "approve": approve, "reason": reason}))
    say(done, f"{done['uid']}：{_STATES[done['state']]}", as_json=as_json)
    if not as_json:
        _tell_elsewhere(done)


async def _unclaimed(server: str | None, slug: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        found = [one async for one in client.pages("UnclaimedUids", "unclaimedUids", contestId=contest["id"])]
        if not found and not await may_read(client, contest, OVERSEERS | {"CITY_CLERK", "CITY_LEADER"}):
            raise CommandError("您无权查看待认领的订单，只有市州、主办方和审计可以。 / Not yours to see.")
        return found


async def _claims(server: str | None, slug: str | None, state: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        return [one async for one in client.pages("UidClaims", "uidClaims", contestId=contest["id"], state=state)]


async def _claim(server: str | None, slug: str | None, number: int, given: dict[str, str]) -> dict[str, Any]:
    async with signed_in(server) as client:
        person = await find_person(client, await chosen_contest(client, slug), number)
        answer = await client.mutate(
            "ClaimUid", accountId=person["account"]["id"], **given, idempotencyKey=str(uuid4())
        )
        claim: dict[str, Any] = answer["claim"]
        return claim


async def _decide(server: str | None, given: dict[str, Any]) -> dict[str, Any]:
    async with signed_in(server) as client:
        claim: dict[str, Any] = (await client.mutate("DecideUidClaim", **given))["claim"]
        return claim
