"""`./livecup city status`: where a city stands, to be read aloud: what is missing, by when, what to do first."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_round
from services.cli.client import Client, signed_in
from services.cli.coverage import counts_said, missing_lines
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results, when
from services.cli.team import team_lines
from services.cli.verified import verified

_BEST = 10  # standings said
# What does a step, where it is a command.
_COMMANDS = {
    "CITY_TO_MEND": "./livecup people mend 编号；补材料：./livecup evidence send 编号",
    "CITY_EVIDENCE_MISSING": "./livecup evidence send 编号",
    "CITY_TO_REVIEW": "./livecup review approve --city {city}，或 ./livecup review return 编号 --reason 原因",
    "CITY_LIST_TO_SUBMIT": "./livecup city submit {city}",
    "CITY_LIST_REOPENED": "./livecup city submit {city}",
    "CITY_LIST_UNSIGNED": "./livecup city sign {city} 盖章件",
    "CITY_TO_RECOMMEND": "./livecup roster 推荐表",
    "CITY_TO_RECOMMEND_ANY": "./livecup roster 推荐表",
    "CITY_EXPORTS_MISSING": "./livecup coverage --city {city} --state 缺；上传：./livecup upload 数据文件",
    "CITY_UNTRAINED": "./livecup people trained 编号 --on 日期",
    "TEAM_WITHOUT_LEADER": "./livecup team set {city}",
    "TEAM_WITHOUT_ASSISTANT": "./livecup team set {city}",
    "TEAM_TO_CONFIRM": "./livecup team confirm {city}",
    "TEAM_TO_CONFIRM_AGAIN": "./livecup team confirm {city}",
    "TEAM_TO_CONFIRM_OPEN": "./livecup team confirm {city}",
}

Round = Annotated[
    str | None, typer.Option("--round", help="数据和名次看哪一轮，默认为当前轮次 / default: the current round")
]


def status(
    city: Annotated[
        str | None, typer.Argument(help="市（州），如 武汉；默认为您负责的全部 / default: all yours")
    ] = None,
    *,
    round_key: Round = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查看市（州）工作情况：还缺什么、何时截止、下一步做什么。 / Where a city stands, and what to do next."""
    found = asyncio.run(_status(server, contest, city, round_key))
    if as_json:
        emit({"cities": found})
        return
    lines = city_lines(found[0]) if len(found) == 1 else overview_lines(found)
    results.print(*lines, sep="\n", soft_wrap=True, markup=False)


async def _status(server: str | None, slug: str | None, named: str | None, key: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        round_id = chosen_round(contest, key)["id"] if key is not None else None
        return await city_statuses(client, contest, chosen_city(contest, named), round_id)


async def city_statuses(
    client: Client, contest: dict[str, Any], city_id: str | None, round_id: str | None = None
) -> list[dict[str, Any]]:
    """One city whole; without one, all that the viewer looks after: a single one whole, several in short.

    Raises CommandError when there is none.
    """
    if city_id is None:
        answer = (await client.query("CityStatuses", slug=contest["slug"], roundId=round_id))["contest"]
        found: list[dict[str, Any]] = [one for one in answer["cities"] if one["status"] is not None]
        if len(found) != 1:
            if not found:
                raise CommandError("没有您负责的市（州）。 / You look after no city of this contest.")
            return found
        city_id = found[0]["id"]
    one = (await client.query("CityStatus", cityId=city_id, roundId=round_id))["city"]
    if one is None or one["status"] is None:
        raise CommandError("您无权查看这个市（州）的工作情况。 / You do not look after this city.")
    return [one]


def overview_lines(cities: list[dict[str, Any]]) -> Iterator[str]:
    """One line a city: people, list, exports, team, and what to do first."""
    for one in cities:
        found = one["status"]
        count = {
            name: sum(division[name] for division in found["divisions"])
            for name in ("approved", "pendingAtCity", "pendingAtOrganiser", "returned")
        }
        pending = count["pendingAtCity"] + count["pendingAtOrganiser"]
        said = [f"通过 {count['approved']} 人，待审 {pending} 人，退回 {count['returned']} 人"]
        said.append("名单已上报" if found["submitted"] else "名单未上报")
        said.append(f"{found['exports']['peopleMissing']} 人缺数据文件")
        if found["team"] is not None:
            team = found["team"]["status"]
            said.append("参赛队已确认" if team["confirmed"] else "参赛队待确认" if team["complete"] else "参赛队未齐")
        yield f"{one['name']}：{'；'.join(said)}。"
        yield f"  下一步：{found['nextSteps'][0]['message']}"


def city_lines(city: dict[str, Any]) -> Iterator[str]:
    found = city["status"]
    yield f"{city['name']}工作情况（{when(found['asOf'])}）"
    yield "一、下一步"
    for number, one in enumerate(found["nextSteps"], 1):
        yield f"  {number}. {one['message']}"
        if one["code"] in _COMMANDS:
            yield f"     {_COMMANDS[one['code']].format(city=city['name'])}"
    yield "二、时间节点"
    yield from map(_deadline, found["deadlines"])
    yield "三、人员"
    yield from map(_division, found["divisions"])
    for one in found["returned"]:
        yield f"  退回：{one['number']} {one['name']}，原因：{one['reason'] or '未写'}"
    for one in found["incomplete"]:
        yield f"  缺材料：{one['number']} {one['name']}，缺 {'、'.join(one['lacks'])}"
    yield from _list_and_training(found)
    yield f"四、数据文件{'（' + found['round']['title'] + '）' if found['round'] else ''}"
    yield from _exports(found["exports"])
    yield from _standings(found["standings"], city["name"])
    if said := verified(found["verification"]):
        yield f"  {said}，名单见 ./livecup verification list"
    if found["team"] is not None:
        yield "六、参赛队" if found["standings"] else "五、参赛队"
        yield from (f"  {line}" for line in team_lines(found["team"]))


def _list_and_training(found: dict[str, Any]) -> Iterator[str]:
    submission, training = found["submission"], found["training"]
    if found["submitted"] and submission is not None:
        at = when(submission["submittedAt"])
        yield f"  名单已上报：第 {submission['number']} 次，{submission['people']} 人，{at}"
    else:
        yield "  名单未上报"
    yield f"  线上培训：{training['approved']} 人中 {training['trained']} 人已完成"


def _standings(standings: list[dict[str, Any]], city: str) -> Iterator[str]:
    if standings:
        yield "五、名次"
    for one in standings[:_BEST]:
        who = f"{one['number']} {one['name']}"
        yield f"  市内第 {one['cityRank']} 名（总第 {one['rank']} 名）：{who}，{one['total']} 分"
    if len(standings) > _BEST:
        yield f"  共 {len(standings)} 人，其余见 ./livecup rankings --city {city}"


def _deadline(one: dict[str, Any]) -> str:
    if one["at"] is None:
        return f"  {one['what']['message']}：另行通知"
    begins = f"{beijing(one['opensAt'])} 至 " if one["opensAt"] else ""
    return f"  {one['what']['message']}：{begins}{when(one['at'])}{'（已过）' if one['passed'] else ''}"


def _division(one: dict[str, Any]) -> str:
    counts = (
        ("通过", one["approved"]),
        ("待市（州）审核", one["pendingAtCity"]),
        ("待主办方审核", one["pendingAtOrganiser"]),
        ("退回", one["returned"]),
        ("不通过", one["rejected"]),
        ("已退出", one["withdrawn"]),
    )
    said = "，".join(f"{name} {count} 人" for name, count in counts if count) or "还没有人"
    places = "" if one["places"] is None else f"；推荐名额 {one['places']}，还剩 {one['placesLeft']}"
    return f"  {one['division']['name']}：{said}{places}"


def _exports(exports: dict[str, Any]) -> Iterator[str]:
    if not exports["weeks"]:
        yield "  这一轮还没有计分规则，暂不需要。"
        return
    yield f"  {counts_said(exports)}（每人每周每类一份）"
    yield from (f"  {line}" for line in missing_lines(exports["people"]))
