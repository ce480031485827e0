"""`./livecup coverage`: whose weekly exports are there, late or missing, one line a person and source."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants, chosen_round
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, beijing, emit, results, word
from services.cli.table import Column, table

_STATES = {"有": "HAVE", "迟": "LATE", "缺": "MISSING", "未到": "NOT_YET"}
_SOURCES = {word(code): code for code in ("WORKS", "ACCOUNT_DAYS", "LIVE_SESSIONS", "ORDERS")}
_MARKS = {"HAVE": "✓", "LATE": "迟", "MISSING": "缺", "NOT_YET": "·"}


def coverage(
    *,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    person: Annotated[int | None, typer.Option("--person", help="只看一名选手，编号 / one person, by number")] = None,
    week: Annotated[int | None, typer.Option("--week", help="只看第几周 / one week")] = None,
    source: Annotated[str | None, typer.Option("--source", help="只看一类数据：作品、店铺订单等 / one source")] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="只看有此状态的选手：有、迟、缺、未到 / who has a week so")
    ] = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看每人每周每类数据：有、迟交、缺、未到。 / Which weekly exports are there, late or missing."""
    only = {"week": week, "source": _code(_SOURCES, source, "数据类别", "source")}
    shown = _code(_STATES, state, "状态", "state")
    found = asyncio.run(_coverage(server, (contest, round_key), (city, person), only, shown))
    if as_json:
        emit(found)
        return
    if not found["weeks"]:
        results.print("这一轮还没有计分规则，或没有这一周，暂不需要数据。 / Nothing is asked for yet.")
        return
    if found["people"]:
        results.print(table(_columns(found["weeks"]), _rows(found["people"])))
    else:
        results.print("没有符合条件的选手，或您无权查看。 / Nobody you may see is among them.")
    results.print(*(_week(one) for one in found["weeks"]), sep="\n")
    results.print(f"✓ 有，迟 迟交（照常计分），缺 缺少，· 未到时间。{counts_said(found)}。")


def _code(codes: dict[str, str], text: str | None, what: str, english: str) -> str | None:
    """What a person typed, in Chinese or as the code; raises CommandError that names all."""
    if text is None:
        return None
    code = codes.get(text, text.upper())
    if code not in codes.values():
        raise CommandError(f"没有{what}“{text}”，可写：{'、'.join(codes)}。 / There is no such {english}.")
    return code


async def _coverage(
    server: str | None,
    named: tuple[str | None, str | None],
    whose: tuple[str | None, int | None],
    only: dict[str, Any],
    state: str | None,
) -> dict[str, Any]:
    (slug, key), (city, person) = named, whose
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        narrowed = {"cityId": chosen_city(contest, city), **only}
        if person is not None:
            narrowed["contestantId"] = (await chosen_contestants(client, contest["id"], [person]))[person]
        given = {name: value for name, value in narrowed.items() if value is not None}
        return await _whole(client, chosen_round(contest, key)["id"], given, state)


async def _whole(client: Client, round_id: str, only: dict[str, Any], state: str | None) -> dict[str, Any]:
    """The coverage with all its people, page after page."""
    found: dict[str, Any] = {}
    people: list[dict[str, Any]] = []
    after = None
    while True:
        answer = await client.query("Coverage", roundId=round_id, filter=only, state=state, after=after)
        if answer["coverage"] is None:
            raise CommandError("您无权查看数据导出情况。 / You may not see who has handed in what.")
        found, page = answer["coverage"], answer["coverage"].pop("people")
        people += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return {**found, "people": people}
        after = page["pageInfo"]["endCursor"]


def _columns(weeks: Sequence[dict[str, Any]]) -> list[Column]:
    numbers = (Column(str(week["number"]), whole=True) for week in weeks)
    return [Column("编号 姓名", "contestant"), Column("数据", "source", whole=True), *numbers]


def _rows(people: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    for one in people:
        who = f"{one['number']} {one['name']}"
        for source in one["sources"]:
            yield [who, word(source["source"]), *(_MARKS[state] for state in source["weeks"])]
            who = ""


def _week(one: dict[str, Any]) -> str:
    return f"第 {one['number']} 周：{beijing(one['begins'])} 至 {beijing(one['ends'])}，{beijing(one['dueAt'])} 前交齐"


def counts_said(found: dict[str, Any]) -> str:
    """`已有 17 份，迟交 2 份，缺 4 份，未到时间 7 份`"""
    late = f"迟交 {found['late']} 份，" if found["late"] else ""
    return f"已有 {found['have']} 份，{late}缺 {found['missing']} 份，未到时间 {found['notYet']} 份"


def missing_lines(page: dict[str, Any]) -> Iterator[str]:
    """Who lacks what: `12 张三：缺作品第 1-3、5 周；账号每日数据第 2 周（净增粉丝）`"""
    for one in page["nodes"]:
        lacks = []
        for source in one["sources"]:
            weeks = [number for number, state in enumerate(source["weeks"], 1) if state == "MISSING"]
            measures = dict.fromkeys(word(each) for cell in source["cells"] for each in cell["lacks"])
            if weeks:
                which = f"（{'、'.join(measures)}）" if measures else ""
                lacks.append(f"{word(source['source'])}第 {_spans(weeks)} 周{which}")
        yield f"{one['number']} {one['name']}：缺{'；'.join(lacks)}"
    more = page["totalCount"] - len(page["nodes"])
    if more:
        yield f"另有 {more} 人，见 ./livecup coverage --state 缺"


def _spans(numbers: Sequence[int]) -> str:
    """`1-3、5`"""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][-1] == number - 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return "、".join(str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}" for span in spans)
