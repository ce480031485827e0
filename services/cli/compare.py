"""`./livecup compare`: what two results of a round differ in, or what other rules would change."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_division, chosen_round, chosen_run, shown_run
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, account, emit, results, run_name

_PAUSE = 0.1  # seconds
_PAGE = 200
_FINALISTS = {"进": "ENTERS", "出": "LEAVES", "enters": "ENTERS", "leaves": "LEAVES"}
_CHANGES = {"ENTERS": "，进入拟推荐名单", "LEAVES": "，退出拟推荐名单"}
_CAUSES = {
    "RULE": "规则不同",
    "FIGURES": "本人数据不同",
    "OTHERS": "他人数据不同",
    "GATE": "门槛",
    "PENALTY": "扣罚",
}
_SIDES = {"BASE": "仅在原成绩", "OTHER": "仅在新成绩"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which two, and of whom."""

    base: str | None
    other: str | None
    rules: Path | None
    city: str | None
    division: str | None
    only: dict[str, Any]
    first: int


def compare(
    base: Annotated[
        str | None, typer.Argument(help="与哪次核算对比，编号或 id；默认已采用的 / default: adopted")
    ] = None,
    other: Annotated[str | None, typer.Argument(help="另一次核算；默认最近一次 / default: the last one")] = None,
    *,
    rules: Annotated[
        Path | None, typer.Option("--rules", help="试算：换用这份规则，不保存 / try these rules, saved nowhere")
    ] = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    division: Annotated[str | None, typer.Option("--division", help="只看一个组别 / one division")] = None,
    finalists: Annotated[str | None, typer.Option("--finalists", help="只看“进”或“出” / enters or leaves")] = None,
    item: Annotated[str | None, typer.Option("--item", help="只看某项目得分有变化的 / whose item differs")] = None,
    least_ranks: Annotated[int | None, typer.Option("--least-ranks", help="名次至少变化 / places moved")] = None,
    least_points: Annotated[str | None, typer.Option("--least-points", help="总分至少变化 / points moved")] = None,
    first: Annotated[int, typer.Option("--first", min=1, help="最多列多少人 / how many")] = 20,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """对比两次核算，或试算另一份规则：谁升谁降、进出名单、因为什么。 / Compare two runs, or try other rules."""
    if rules is not None and other is not None:
        raise CommandError("--rules 与另一次核算只能写一个。 / Give another run or --rules, not both.")
    if finalists is not None and finalists not in _FINALISTS:
        raise CommandError("--finalists 写“进”或“出”。 / Say enters or leaves.")
    only = {
        "finalistChange": _FINALISTS.get(finalists or ""),
        "item": item,
        "leastRanks": least_ranks,
        "leastPoints": least_points,
    }
    wanted = Wanted(base, other, rules, city, division, only, first)
    found = asyncio.run(_compare(server, contest, round_key, wanted))
    if as_json:
        emit(found)
        return
    for line in _lines(found):
        results.print(line, markup=False, soft_wrap=True)


async def _compare(server: str | None, slug: str | None, key: str | None, wanted: Wanted) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        chosen = chosen_round(contest, key)
        given = {"baseRunId": await shown_run(client, chosen, wanted.base), "idempotencyKey": str(uuid4())}
        if wanted.rules is not None:
            given["rulesDocument"] = _document(wanted.rules)
        else:
            given["otherRunId"] = await chosen_run(client, chosen["id"], wanted.other)
        comparison = await compared(client, given)
        city, division = chosen_city(contest, wanted.city), chosen_division(contest, wanted.division)
        only = {**wanted.only, "cityId": city, "divisionId": division}
        return {**comparison, **await _rows(client, comparison["id"], only, wanted.first)}


def _document(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"读不了规则文件 {path}。 / That file cannot be read.") from None


async def compared(client: Client, given: dict[str, Any]) -> dict[str, Any]:
    """Asks for a comparison and answers it once it is ready; raises CommandError when it failed."""
    comparison_id = (await client.mutate("CompareRuns", **given))["comparison"]["id"]
    while True:
        found: dict[str, Any] = (await client.query("Comparison", id=comparison_id))["comparison"]
        if found["state"] == "READY":
            return found
        if found["state"] == "FAILED":
            raise CommandError(found["error"]["message"])
        await asyncio.sleep(_PAUSE)


async def _rows(client: Client, comparison_id: str, only: dict[str, Any], first: int) -> dict[str, Any]:
    """{"totalCount", "rows"}: the first of those that fit, page after page."""
    found: list[dict[str, Any]] = []
    after, more = None, True
    while more and len(found) < first:
        given = {"filter": only, "first": min(_PAGE, first - len(found)), "after": after}
        page = (await client.query("ComparisonRows", id=comparison_id, **given))["comparison"]["rows"]
        found += page["nodes"]
        total, after, more = page["totalCount"], page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return {"totalCount": total, "rows": found}


def _lines(found: dict[str, Any]) -> Iterator[str]:
    summary, other = found["summary"], found["other"]
    yield f"{run_name(found['base'])} → {run_name(other) if other else '试算（未保存的规则，仅主办方可见）'}"
    yield (
        f"{summary['people']} 人中 {summary['changed']} 人有变化：{summary['up']} 人上升，{summary['down']} 人下降，"
        f"{summary['enter']} 人进入、{summary['leave']} 人退出拟推荐名单；"
        f"名次最多变化 {summary['mostRanks']}，总分最多变化 {summary['mostPoints']}。"
    )
    if summary["uploadsAdded"] or summary["uploadsGone"]:
        yield f"文件：新增计入 {summary['uploadsAdded']} 个，不再计入 {summary['uploadsGone']} 个。"
    for team in summary["teams"]:
        yield f"{team['city']['name']}代表队：{_places(team['base'], team['other'])}"
    for award in summary["awards"]:
        who = award["contestant"]
        whom = f"{who['number']} {who['name']}（{award['city']['name']}）" if who else f"{award['city']['name']}代表队"
        yield f"{award['title']}：{'不再获得' if award['side'] == 'BASE' else '新获得'}　{whom}"
    if summary["awardsChanged"] > len(summary["awards"]):
        yield f"奖项变化共 {summary['awardsChanged']} 项，以上是前 {len(summary['awards'])} 项。"
    for rule in summary["rules"]:
        yield f"规则 {rule['place']}：{rule['base'] or '（无）'} → {rule['other'] or '（无）'}"
    for row in found["rows"]:
        yield from _row(row)
    if found["totalCount"] > len(found["rows"]):
        yield f"符合条件的共 {found['totalCount']} 人，以上是前 {len(found['rows'])} 人；用 --first 看更多。"


def _row(row: dict[str, Any]) -> Iterator[str]:
    who, base, other = row["contestant"], row["base"], row["other"]
    change = _CHANGES.get(row["finalistChange"] or "", "")
    yield f"{who['number']} {who['name']}（{who['city']['name']}，{account(who)}）：{_places(base, other)}{change}"
    for cause in row["causes"]:
        side = f"（{_SIDES[cause['side']]}）" if cause["side"] else ""
        yield f"    {cause['title'] or '总分'}：{_CAUSES[cause['cause']]}{side}{_figures(cause)}"
    if not row["causes"] and base and other and base["total"] == other["total"] and base["rank"] != other["rank"]:
        yield "    本人得分未变，名次因他人变化而变。"
    for file in row["uploads"]:
        yield f"    文件 {file['upload']['name'] if file['upload'] else '-'}：{_SIDES[file['side']]}计入"


def _places(*sides: dict[str, Any] | None) -> str:
    """`第 2 名 80 分 → 第 1 名 85 分`"""
    return " → ".join(f"第 {side['rank']} 名 {side['total']} 分" if side else "不在其中" for side in sides)


def _figures(cause: dict[str, Any]) -> str:
    """`，数值 10 → 9，得分 5.0 → 4.5`, of what differs."""
    said = ""
    for name, kind in (("数值", "Value"), ("得分", "Points")):
        before, after = cause[f"base{kind}"], cause[f"other{kind}"]
        if before != after:
            said += f"，{name} {before or '无'} → {after or '无'}"
    return said
