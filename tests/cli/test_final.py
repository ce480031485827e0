"""The final as somebody types it: teams, awards, live refresh, freeze, figures typed by two."""

import json

import pytest

from services.cli.client import RefusedError
from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import AContest, APerson, a_contest, a_person, a_scored_run, an_account


@pytest.fixture
async def contest(database: Pool) -> AContest:
    """Two people of two cities with their teams, tied for gold; who does not get it has silver."""
    contest = await a_contest(database)
    accounts = [await an_account(contest, name, city=city) for city, name in enumerate(("first", "second"))]
    run_id = await a_scored_run(contest, accounts, adopted=True)
    for position, one in enumerate(accounts, 1):
        city = contest.cities[position - 1]
        await database.execute(
            "insert into team_scores values ($1, $2, $3, $3, 90.5, 1, $4)", run_id, city, position, [one.contestant_id]
        )
        for place, award in ((position, "GOLD"), (2 + position, "SILVER")):
            await database.execute(
                "insert into awards values ($1, $2, $3, $3, $4, $5, 1, 1)",
                *(run_id, place, award, city, one.contestant_id),
            )
    return contest


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def test_teams_are_ranked(typed: Typed, organiser: APerson) -> None:
    shown = await typed(organiser, "rankings", "--teams")
    *teams, (_, count, *_) = [line.split() for line in shown.splitlines()[2:]]
    assert count == "2"
    assert teams == [
        ["1", "武汉市", "90.5", "1", "1", "first", "99.50"],
        ["2", "恩施州", "90.5", "1", "2", "second", "98.50"],
    ]
    best = json.loads(await typed(organiser, "rankings", "--teams", "--first", 1, "--json"))
    assert [one["city"]["name"] for one in best["teams"]] == ["武汉市"]
    with pytest.raises(CommandError, match="不能按市州或组别筛选"):
        await typed(organiser, "rankings", "--teams", "--city", "武汉")


async def test_a_tied_award_is_decided(typed: Typed, organiser: APerson) -> None:
    tied = "1 first（武汉市）、2 second（恩施州）"
    line = f"    并列待定，余 1 个名额：{tied}\n"
    assert await typed(organiser, "awards", "list") == f"GOLD（GOLD）：-\n{line}SILVER（SILVER）：-\n{line}"
    with pytest.raises(CommandError, match="没有奖项“BRONZE”，可选：GOLD"):
        await typed(organiser, "awards", "decide", "BRONZE", 2, "--reason", "加赛胜出")
    with pytest.raises(RefusedError, match="恰好 1 个"):
        await typed(organiser, "awards", "decide", "GOLD", "--city", "武汉", "--reason", "加赛胜出")
    decided = await typed(organiser, "awards", "decide", "GOLD", 2, "--reason", "加赛胜出")
    assert decided == "GOLD（GOLD）：2 second（恩施州）\nSILVER（SILVER）：1 first（武汉市）\n"
    assert await typed(organiser, "awards", "list", "--run", 1) == decided


async def test_live_refresh_is_switched_on_and_off(
    typed: Typed, organiser: APerson, contest: AContest, database: Pool
) -> None:
    on = ("live", "on", "--every", 30, "--reason", "决赛现场")
    stands = "至少间隔 30 秒，至 2099-12-31 16:00。"
    assert await typed(organiser, *on, "--until", "2099-12-31 16:00") == f"选手全员赛：现场刷新{stands}\n"
    assert f"现场刷新 / live          {stands}\n" in await typed(organiser, "contest", "show")
    judge = await a_person(database, Role.JUDGE, contest)
    assert "现场刷新" not in await typed(judge, "contest", "show")
    assert await typed(organiser, "live", "off", "--reason", "决赛结束") == "选手全员赛：现场刷新已关闭。\n"
    assert "现场刷新" not in await typed(organiser, "contest", "show")


async def test_a_refresh_that_stopped_says_why(typed: Typed, organiser: APerson, database: Pool) -> None:
    await typed(organiser, "live", "on", "--every", 30, "--reason", "决赛现场")
    await database.execute("update live_refreshes set problem = $1", {"code": "ROUND_WITHOUT_RULES", "parameters": {}})
    assert "已停止：" in await typed(organiser, "contest", "show")


async def test_a_ranking_is_frozen_and_shown_again(typed: Typed, organiser: APerson) -> None:
    planned = await typed(organiser, "freeze", "--from", "2099-12-31 19:00", "--reason", "最后一小时")
    assert planned == "选手全员赛：2099-12-31 19:00 起封榜，此后采用的成绩只有主办方看得到。\n"
    assert "封榜 / frozen from       2099-12-31 19:00\n" in await typed(organiser, "contest", "show")
    assert "起封榜" in await typed(organiser, "freeze", "--reason", "现在就封")
    with pytest.raises(RefusedError, match="已经封榜"):
        await typed(organiser, "freeze", "--reason", "再封一次")
    assert await typed(organiser, "unfreeze", "--reason", "决赛结束") == "选手全员赛：已解除封榜。\n"


@pytest.mark.usefixtures("working")
async def test_figures_are_typed_by_two(typed: Typed, organiser: APerson, contest: AContest, database: Pool) -> None:
    second = await a_person(database, Role.ORGANISER, contest)
    said = await typed(organiser, "contest", "typed-by-two", "--needed", "--reason", "决赛现场")
    assert said == "人工录入的数据须两人各录一次，相同才计入。\n"
    row, other = (f"作品标题=黑木耳;发布时间=2021-07-21 09:30;播放量={plays}" for plays in ("1.2万", "1.3万"))
    words = ("uploads", "type", 1, "--source", "作品", "--reason", "现场抄录", "--json", "--row")
    numbers = [json.loads(await typed(organiser, *words, one))["id"] for one in (row, other)]
    assert (await typed(second, "uploads", "list")).count("待第二人录入") == 2
    with pytest.raises(RefusedError, match="不一致"):
        await typed(second, "uploads", "confirm-typed", numbers[0], "--row", other)
    assert "两次录入相同" in await typed(second, "uploads", "confirm-typed", numbers[0], "--row", row)
    declined = await typed(second, "uploads", "decline-typed", numbers[1], "--reason", "录错行")
    assert declined == "已退回，不计入。\n"
    no_more = await typed(organiser, "contest", "typed-by-two", "--not-needed", "--reason", "决赛结束")
    assert no_more == "人工录入的数据一人录入即计入。\n"
    alone = json.loads(await typed(organiser, *words, other))
    assert (alone["state"], alone["rows"]["replaced"]) == ("ACCEPTED", 1)
    states = "select array_agg(state order by id) from uploads"
    assert await database.fetchval(states) == ["ACCEPTED", "WITHDRAWN", "ACCEPTED"]
