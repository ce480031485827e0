"""`./livecup flags`: what in figures deserves a look; for judges, organisers and auditors."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, account, beijing, emit, results, say
from services.cli.rights import OVERSEERS, may_read
from services.cli.usage import Livecup

flags = Livecup(help="数据提示：查看、提出、处理，提示线。 / Flags: list, raise, resolve, thresholds.")

_STATES = {"OPEN": "待核实", "EXPLAINED": "已说明", "REFERRED": "转组委会", "GONE": "依据已不存在"}
_CODES = {
    "PLAYS_JUMP_WITHOUT_ENGAGEMENT": "播放骤增而互动很少",
    "SALES_WITHOUT_VIEWERS": "订单多而观看人数少",
    "REFUND_SHARE_HIGH": "退款占比高",
    "SAME_ROWS_AS_ANOTHER": "与他人数据行相同",
    "FIGURES_WENT_DOWN": "后一次导出数据变小",
    "ORDERS_OUTSIDE_LIVE": "订单不在直播时段",
    "RAISED_BY_A_PERSON": "人工提出",
}
_ROWS_SHOWN = 5
_NO_VERDICT = (
    "提示不等于违规，也不影响得分：请核看作品、回放和平台页面后再下结论。 / A flag is no verdict and changes no score."
)
Why = Annotated[str, typer.Option("--reason", help="说明，记入记录 / why; kept")]


@flags.command("list")
def list_flags(
    *,
    state: Annotated[
        str, typer.Option("--state", help="待核实（默认）、已说明、转组委会、依据已不存在、全部 / state, or 全部")
    ] = "待核实",
    code: Annotated[str | None, typer.Option("--code", help="只看一类，如 退款占比高 / of one kind")] = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    person: Annotated[int | None, typer.Option("--person", help="只看一名选手，编号 / one person, by number")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出数据提示及所涉数据行。 / List flags with their rows."""
    only = {"state": None if state == "全部" else _code(_STATES, state), "code": _code(_CODES, code)}
    found = asyncio.run(_list(server, contest, city, person, only))
    if as_json:
        emit({"flags": found})
        return
    for one in found:
        results.print(*_lines(one), sep="\n", markup=False, soft_wrap=True)
    results.print(_NO_VERDICT if found else "没有符合条件的数据提示。 / There are none.")


def _code(codes: dict[str, str], text: str | None) -> str | None:
    """By its Chinese name or as the code; raises CommandError that names all."""
    if text is None:
        return None
    for code, chinese in codes.items():
        if text.upper() == code or text == chinese:
            return code
    raise CommandError(f"没有“{text}”，可写：{'、'.join(codes.values())}。 / There is no such one.")


def _lines(one: dict[str, Any]) -> Iterator[str]:
    who = one["contestant"]
    person = f"{who['number']} {who['name']}（{who['city']['name']}，{account(who)}）" if who else "-"
    yield f"{_CODES[one['code']]}：{person}，{_STATES[one['state']]}，{beijing(one['raisedAt'])}"
    yield f"    {one['message']}"
    if one["value"] is not None:
        yield f"    数值 {one['value']}，提示线 {one['threshold']}"
    if one["reason"]:
        yield f"    {one['raisedBy'] or '-'}：{one['reason']}"
    if one["other"]:
        yield f"    另一选手：{one['other']['number']} {one['other']['name']}（{one['other']['city']['name']}）"
    for row in one["rows"][:_ROWS_SHOWN]:
        file = row["upload"]["name"] if row["upload"] else "-"
        yield f"    {file} {row['sheet']} 第 {row['line']} 行"
    if one["rowsCount"] > _ROWS_SHOWN:
        yield f"    共 {one['rowsCount']} 行，--json 列出更多"
    for link in (who or {}).get("links", ()):
        yield f"    {link['title']} {link['url']}"
    if one["conclusion"]:
        yield f"    {one['concludedBy'] or '-'}：{one['conclusion']}"
    yield f"    编号 {one['id']}"


async def _list(
    server: str | None, slug: str | None, city: str | None, person: int | None, only: dict[str, Any]
) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        narrowed = {**only, "cityId": chosen_city(contest, city)}
        if person is not None:
            narrowed["contestantId"] = (await chosen_contestants(client, contest["id"], [person]))[person]
        given = {name: value for name, value in narrowed.items() if value is not None}
        found = [one async for one in client.pages("Flags", "flags", contestId=contest["id"], filter=given)]
        if not found and not await may_read(client, contest, OVERSEERS | {"JUDGE"}):
            raise CommandError("您无权查看数据提示，只有主办方、评委和审计可以。 / Not yours to see.")
        return found


@flags.command("raise")
def raise_(
    person: Annotated[int, typer.Argument(help="选手编号 / the contestant's number")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="看到了什么，只写事实 / what was noticed: facts")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """提出一条数据提示，请有关人员核看。 / Ask that somebody's figures be looked at."""
    done = asyncio.run(_raise(server, contest, person, reason))
    say(done, f"已提出，编号 {done['id']}。 / Raised.", as_json=as_json)


async def _raise(server: str | None, slug: str | None, person: int, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        who = (await chosen_contestants(client, contest["id"], [person]))[person]
        done: dict[str, Any] = (await client.mutate("RaiseFlag", contestantId=who, reason=reason))["flag"]
        return done


@flags.command()
def resolve(
    named: Annotated[str, typer.Argument(metavar="ID", help="提示的编号，见 flags list / its id, see flags list")],
    *,
    explained: Annotated[
        bool, typer.Option("--explained/--referred", help="已有合理说明，或转组委会 / explained, or referred")
    ],
    reason: Why,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """处理一条数据提示；以后可以改结论，历次都有记录。 / Conclude a flag."""
    conclusion = "EXPLAINED" if explained else "REFERRED"
    done = asyncio.run(_resolve(server, {"id": named, "conclusion": conclusion, "reason": reason}))
    say(done, f"{_CODES[done['code']]}：{_STATES[done['state']]}。", as_json=as_json)


async def _resolve(server: str | None, given: dict[str, str]) -> dict[str, Any]:
    async with signed_in(server) as client:
        done: dict[str, Any] = (await client.mutate("ResolveFlag", **given))["flag"]
        return done


@flags.command()
def threshold(
    name: Annotated[str | None, typer.Argument(help="提示线名称；省略则列出全部 / which; all when left out")] = None,
    *,
    value: Annotated[str | None, typer.Option("--value", help="新数值；省略则恢复默认 / default when left out")] = None,
    reason: Annotated[str, typer.Option("--reason", help="说明，修改时必填 / why, to set one")] = "",
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看或修改提示线；修改后全部数据重新查看一遍。 / Show or set from where on figures are flagged."""
    given = {"name": name.upper(), "value": value, "reason": reason} if name else None
    found = asyncio.run(_threshold(server, contest, given))
    if as_json:
        emit({"thresholds": found})
        return
    for one in found:
        results.print(
            f"{one['name']}  {one['value']}（默认 {one['usual']}，可在 {one['least']} 至 {one['most']} 之间）"
        )
    if not found:
        results.print("您无权查看提示线。 / Not yours to see.")


async def _threshold(server: str | None, slug: str | None, given: dict[str, Any] | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        if given is None:
            answer = await client.query("FlagThresholds", contestId=contest["id"])
            found: list[dict[str, Any]] = answer["flagThresholds"]
        else:
            found = (await client.mutate("SetFlagThreshold", contestId=contest["id"], **given))["thresholds"]
        return found
