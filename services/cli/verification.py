"""`./livecup verification`: whose figures are compared with the platform's, and what that found."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from services.cli.chosen import change_contest, chosen_city, chosen_contest, chosen_contestants, chosen_round
from services.cli.client import signed_in
from services.cli.draws import announce, cancel, check, draw, draws, roll
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, account, beijing, emit, results, say
from services.cli.usage import Livecup

verification = Livecup(
    help="数据核验：公告抽查、抽取、复算、记录结果。 / Verification: announce, draw, check a draw, record."
)
for _command in (draws, announce, draw, cancel, roll, check):
    verification.command()(_command)

_STATES = {"OPEN": "待核验", "AGREES": "相符", "DIFFERS": "不符"}
_METHODS = {"SCREEN": "对照平台页面", "FRESH_EXPORT": "当场重新导出"}


@verification.command("list")
def list_verifications(
    *,
    state: Annotated[str | None, typer.Option("--state", help="待核验、相符、不符 / only in this state")] = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出应核验的选手（抽中的和拟推荐的）及结果。 / Who is to be verified, and what was found."""
    codes = {chinese: code for code, chinese in _STATES.items()}
    if state is not None and state not in codes:
        raise CommandError(f"没有状态“{state}”，可写：{'、'.join(codes)}。 / There is no such state.")
    found = asyncio.run(_list(server, (contest, round_key), city, codes.get(state or "")))
    if as_json:
        emit({"verifications": found})
        return
    for one in found:
        results.print(*_lines(one), sep="\n", markup=False, soft_wrap=True)
    counts = "，".join(f"{said} {sum(one['state'] == code for one in found)} 人" for code, said in _STATES.items())
    results.print(f"应核验 {len(found)} 人：{counts}。" if found else "没有应核验的选手，或您无权查看。 / Nobody.")


def _lines(one: dict[str, Any]) -> Iterator[str]:
    who = one["contestant"]
    why = "、".join(said for said, is_so in (("抽中", one["drawn"]), ("拟推荐", one["finalist"])) if is_so)
    named = f"{who['number']} {who['name']}（{who['city']['name']}，{account(who)}）" if who else "-"
    yield f"{named} {why}：{_STATES[one['state']]}"
    for check_ in one["checks"]:
        by = check_["checkedBy"] or "-"
        said = f"{_STATES[check_['outcome']]}，{_METHODS[check_['method']]}，{by}，{beijing(check_['checkedAt'])}"
        yield f"    {said}：{check_['note']}"
        yield from (f"      {each['title']} 计入 {each['counted']}，页面 {each['seen']}" for each in check_["figures"])
        yield from map(_lower, check_["lower"])


def _lower(one: dict[str, Any]) -> str:
    where = f"{one['sheet']} 第 {one['line']} 行".strip()
    return f"      {one['at']} {one['figure']} 计入 {one['counted']}，重新导出 {one['fresh']}（{where}）"


async def _list(
    server: str | None, named: tuple[str | None, str | None], city: str | None, state: str | None
) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, named[0])
        only = {"cityId": chosen_city(contest, city), "state": state}
        given = {name: value for name, value in only.items() if value is not None}
        round_id = chosen_round(contest, named[1])["id"]
        return [one async for one in client.pages("Verifications", "verifications", roundId=round_id, filter=given)]


@verification.command()
def record(
    person: Annotated[int, typer.Argument(help="选手编号 / the contestant's number")],
    *,
    agrees: Annotated[bool, typer.Option("--agrees/--differs", help="相符或不符 / agrees or differs")],
    note: Annotated[str, typer.Option("--note", help="谁在场、看了什么、如何解释 / who was there, what was seen")],
    seen: Annotated[
        list[str] | None,
        typer.Option("--seen", help="页面显示值，如 SHORT_VIDEO.plays=18573，可多次 / what the screen shows"),
    ] = None,
    export: Annotated[str | None, typer.Option("--export", help="当场重新导出文件的上传编号 / its upload id")] = None,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """记录一名选手的核验结果。 / Record what comparing somebody's figures found."""
    given: dict[str, Any] = {
        "outcome": "AGREES" if agrees else "DIFFERS",
        "method": "FRESH_EXPORT" if export else "SCREEN",
        "uploadId": export,
        "figures": [_seen(text) for text in seen or ()],
        "note": note,
    }
    done = asyncio.run(_record(server, (contest, round_key), person, given))
    if as_json:
        emit(done)
        return
    results.print(
        f"已记录：{_STATES[done['outcome']]}，{_METHODS[done['method']]}。", *map(_lower, done["lower"]), sep="\n"
    )


def _seen(text: str) -> dict[str, str]:
    """`SHORT_VIDEO.plays=18573`"""
    names, _, value = text.partition("=")
    item, _, metric = names.partition(".")
    try:
        number = format(Decimal(value), "f")
    except InvalidOperation:
        number = ""
    if not item or not metric or not number:
        raise CommandError(f"看不懂 {text}，应如 SHORT_VIDEO.plays=18573。 / Not like SHORT_VIDEO.plays=18573.")
    return {"item": item, "metric": metric, "seen": number}


async def _record(
    server: str | None, named: tuple[str | None, str | None], person: int, given: dict[str, Any]
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, named[0])
        who = (await chosen_contestants(client, contest["id"], [person]))[person]
        whose = {"roundId": chosen_round(contest, named[1])["id"], "contestantId": who}
        done: dict[str, Any] = (await client.mutate("RecordVerification", **whose, **given))["check"]
        return done


@verification.command()
def require(
    *,
    first: Annotated[bool, typer.Option("--first/--not-first", help="公示前须完成核验，或不要求 / before publishing")],
    reason: Annotated[str, typer.Option("--reason", help="说明，记入记录 / why; kept")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设置公示前是否须完成核验。 / Whether nothing is published while verification is open."""
    done = asyncio.run(change_contest(server, contest, "RequireVerification", required=first, reason=reason))["contest"]
    said = "公示前须完成核验。" if done["verificationBlocksPublication"] else "公示不以核验完成为前提。"
    say(done, said, as_json=as_json)
