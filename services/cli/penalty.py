"""`./livecup penalty`: list, apply, confirm and revoke penalties, and whether they need two people."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import change_contest, chosen_contest, chosen_contestants, chosen_round
from services.cli.client import signed_in
from services.cli.documents import ready, send_document
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, account, beijing, emit, results, say, word
from services.cli.usage import Livecup

penalty = Livecup(help="扣罚：列出、提出、确认、撤销。 / Penalties: list, apply, confirm, revoke.")

_KINDS = ("HALVE", "ZERO", "SUBTRACT", "DISQUALIFY")
_STATES = {"PROPOSED": "待确认", "IN_FORCE": "生效", "REVOKED": "已撤销"}
Named = Annotated[str, typer.Argument(metavar="ID", help="扣罚的编号，见 penalty list / its id, see penalty list")]
Why = Annotated[str, typer.Option("--reason", help="理由，当事人可见 / why; whom it concerns reads it")]


@penalty.command("list")
def list_penalties(
    *,
    state: Annotated[str | None, typer.Option("--state", help="待确认、生效、已撤销 / in this state")] = None,
    person: Annotated[int | None, typer.Option("--person", help="只看一名选手，编号 / one person, by number")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出扣罚；选手和市州看到与自己有关、已生效的。 / List penalties, as far as visible."""
    codes = {chinese: code for code, chinese in _STATES.items()}
    if state is not None and state not in codes:
        raise CommandError(f"没有“{state}”，可写：{'、'.join(codes)}。 / There is no such state.")
    found = asyncio.run(_list(server, contest, person, codes[state] if state else None))
    if as_json:
        emit({"penalties": found})
        return
    for one in found:
        results.print(*_lines(one), sep="\n", markup=False, soft_wrap=True)
    if not found:
        results.print("没有扣罚。 / None.")


def _lines(one: dict[str, Any]) -> Iterator[str]:
    who = one["contestant"]
    person = f"{who['number']} {who['name']}（{who['city']['name']}，{account(who)}）" if who else "-"
    yield f"{person}：{_effect(one)}，{one['round']['title']}，{_STATES[one['state']]}"
    yield f"    理由：{one['reason']}"
    for document in one["documents"]:
        yield f"    依据：{document['title']} {document['id']}"
    if one["upload"]:
        yield f"    依据：{one['upload']['name']}"
    for what, by, at in (("提出", "proposedBy", "proposedAt"), ("生效", "confirmedBy", "confirmedAt")):
        if one[at]:
            yield f"    {what}：{one[by] or ''} {beijing(one[at])}"
    if one["revokingAt"] and not one["revokedAt"]:
        asked = f"{one['revokingBy'] or ''} {beijing(one['revokingAt'])}，{one['revokingReason']}"
        yield f"    申请撤销，待另一人同意：{asked}"
    if one["revokedAt"]:
        yield f"    撤销：{one['revokedBy'] or ''} {beijing(one['revokedAt'])}，{one['revokedReason']}"
    yield f"    编号 {one['id']}"


def _effect(one: dict[str, Any]) -> str:
    """`SALES 扣分 5`"""
    points = f" {one['points']}" if one["points"] is not None else ""
    return f"{one['item'] or word('WHOLE_RESULT')} {word(one['kind'])}{points}"


async def _list(server: str | None, slug: str | None, person: int | None, state: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        only = {"state": state} if state else {}
        if person is not None:
            only["contestantId"] = (await chosen_contestants(client, contest["id"], [person]))[person]
        return [one async for one in client.pages("Penalties", "penalties", contestId=contest["id"], filter=only)]


@penalty.command()
def apply(
    person: Annotated[int, typer.Argument(help="选手编号 / the contestant's number")],
    kind: Annotated[str, typer.Argument(help="减半、计零分、扣分、取消成绩 / HALVE, ZERO, SUBTRACT, DISQUALIFY")],
    *,
    item: Annotated[str | None, typer.Option("--item", help="只对一个项目，规则中代号 / one item, by its key")] = None,
    points: Annotated[str | None, typer.Option("--points", help="扣多少分 / how many, to subtract")] = None,
    reason: Why,
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="依据材料，可多次 / papers that show it, several times")
    ] = None,
    upload: Annotated[str | None, typer.Option("--upload", help="依据的数据文件，上传编号 / an upload's id")] = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """提出扣罚；主办方提出的即时生效，赛事要求两人的待他人确认。 / Apply a penalty, or propose it."""
    codes = {word(code): code for code in _KINDS} | {code: code for code in _KINDS}
    if kind not in codes:
        raise CommandError(f"没有“{kind}”，可写：{'、'.join(map(word, _KINDS))}。 / There is no such penalty.")
    given = {"kind": codes[kind], "item": item, "points": points, "reason": reason, "uploadId": upload}
    done = asyncio.run(_apply(server, (contest, round_key), person, given, file or ()))
    say(done, f"{_effect(done)}：{_STATES[done['state']]}，编号 {done['id']}。", as_json=as_json)


async def _apply(
    server: str | None,
    named: tuple[str | None, str | None],
    person: int,
    given: dict[str, Any],
    files: Sequence[Path],
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, named[0])
        who = (await chosen_contestants(client, contest["id"], [person]))[person]
        about = {"purpose": "PENALTY", "contestId": contest["id"]}
        sent = [ready(await send_document(client, file, **about, title=file.stem)) for file in files]
        whose = {"roundId": chosen_round(contest, named[1])["id"], "contestantId": who}
        done: dict[str, Any] = (await client.mutate("ApplyPenalty", **whose, **given, documentIds=sent))["penalty"]
        return done


@penalty.command()
def confirm(named: Named, *, server: Server = None, as_json: Json = False) -> None:
    """确认他人提出的扣罚，此后的核算计入。 / Put what somebody else proposed in force."""
    done = asyncio.run(_change(server, "ConfirmPenalty", id=named))
    say(done, f"{_effect(done)}：{_STATES[done['state']]}。", as_json=as_json)


@penalty.command()
def revoke(named: Named, *, reason: Why, server: Server = None, as_json: Json = False) -> None:
    """撤销扣罚（赛事要求两人的，待另一人同意），或退回一条待确认的。 / Take a penalty back."""
    done = asyncio.run(_change(server, "RevokePenalty", id=named, reason=reason))
    waits = "申请撤销，待另一人同意" if done["state"] == "IN_FORCE" else _STATES[done["state"]]
    say(done, f"{_effect(done)}：{waits}。", as_json=as_json)


@penalty.command("agree-to-revoke")
def agree(named: Named, *, server: Server = None, as_json: Json = False) -> None:
    """同意他人申请的撤销，此后的核算不计入。 / Agree that it is taken back."""
    done = asyncio.run(_change(server, "ConfirmRevocation", id=named))
    say(done, f"{_effect(done)}：{_STATES[done['state']]}。", as_json=as_json)


@penalty.command()
def keep(named: Named, *, reason: Why, server: Server = None, as_json: Json = False) -> None:
    """不同意撤销，扣罚继续有效。 / Keep one that somebody wants taken back."""
    done = asyncio.run(_change(server, "DeclineRevocation", id=named, reason=reason))
    say(done, f"{_effect(done)}：{_STATES[done['state']]}。", as_json=as_json)


async def _change(server: str | None, operation: str, **given: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        done: dict[str, Any] = (await client.mutate(operation, **given))["penalty"]
        return done


@penalty.command()
def two(
    *,
    needed: Annotated[bool, typer.Option("--needed/--not-needed", help="须两人，或不要求 / needed or not")],
    reason: Annotated[str, typer.Option("--reason", help="说明，记入记录 / why; kept")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设置扣罚是否须两人：一人提出，另一人确认。 / Whether a penalty needs two people."""
    given = {"required": needed, "reason": reason}
    done = asyncio.run(change_contest(server, contest, "RequirePenaltyConfirmation", **given))["contest"]
    said = "扣罚须由一人提出、另一人确认。" if done["penaltiesNeedTwo"] else "主办方提出的扣罚即时生效。"
    say(done, said, as_json=as_json)
