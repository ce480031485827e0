"""Selecting, replacing, teams and a city's overview: the commands' own steps against the API, and what they say."""

from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette

from services.cli.chosen import chosen_contest, chosen_round
from services.cli.city_status import city_lines, city_statuses, overview_lines
from services.cli.client import Client, RefusedError
from services.cli.errors import CommandError
from services.cli.finalists import proposals, selected_lines
from services.cli.selection import read_choice, replace_finalist, select_finalists
from services.cli.team import chosen_leader, found_team, team_lines
from services.shared.database.pool import Pool
from tests.api.cities.test_status import exported
from tests.api.conftest import app  # noqa: F401  a fixture
from tests.factories import APerson
from tests.teams import Season, a_season

Connect = Callable[[APerson], Client]
TIES = [(3, "STREAMER", "直播时长更长"), (4, "RESERVE", "直播时长较短")]


@pytest.fixture
async def season(database: Pool) -> Season:
    return await a_season(database)


@pytest.fixture
def connect(app: Starlette) -> Connect:  # noqa: F811
    return lambda person: Client("http://livecup.test", person.token, httpx.ASGITransport(app))


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("12=主播：并列，时长更长", (12, "STREAMER", "并列，时长更长")),
        ("12=reserve: why", (12, "RESERVE", "why")),
        (" 7 ＝ 不入选 ", (7, "OUT", "")),
    ],
)
def test_a_choice_is_read(text: str, choice: tuple[int, str, str]) -> None:
    assert read_choice(text) == choice


@pytest.mark.parametrize("text", ["12", "主播=12", "12=也许：x", ""])
def test_a_choice_that_is_not_understood_says_how_to_write_it(text: str) -> None:
    with pytest.raises(CommandError, match="12=主播：原因"):
        read_choice(text)


async def test_from_the_proposal_to_a_confirmed_team(season: Season, connect: Connect) -> None:
    slug = season.contest.id.hex
    async with connect(season.organiser) as organiser, connect(season.leader) as leader:
        contest = await chosen_contest(organiser, slug)
        round_ = chosen_round(contest, None)
        with pytest.raises(RefusedError, match="3 号选手并列待定"):
            await select_finalists(organiser, contest, round_, [], "会议决定")
        await select_finalists(organiser, contest, round_, TIES, "会议决定")
        assert list(selected_lines(await proposals(leader, round_["id"], None))) == [
            "  武汉市：主播 1 选手0、2 选手1、3 选手2；候补 4 选手3、5 选手4、6 选手5"
        ]
        answer = await replace_finalist(organiser, contest, round_, (2, 6), "本人因病退出")
        assert [one["contestant"]["number"] for one in answer["team"]["streamers"]] == [1, 6, 3]
        assert list(selected_lines(await proposals(leader, round_["id"], None))) == [
            "  武汉市：主播 1 选手0、6 选手5、3 选手2；候补 4 选手3、5 选手4；不入选 2 选手1",
            "    2 选手1退出，6 选手5由候补递补。原因：本人因病退出",
        ]
        city_id = contest["cities"][0]["id"]
        with pytest.raises(CommandError, match=f"可选：{season.leader.login}"):
            chosen_leader(await found_team(leader, city_id), "没有这个人")
        user_id = chosen_leader(await found_team(leader, city_id), season.leader.login)
        given = {"cityId": city_id, "leaderId": user_id, "assistantName": "李助理", "assistantPhone": "13900000001"}
        await leader.mutate("SetTeamOfficials", **given)
        await leader.mutate("ConfirmTeam", cityId=city_id)
        lines = list(team_lines(await found_team(leader, city_id)))
    assert lines[:7] == [
        "武汉市参赛队：现有 5 人，应有 4 至 5 人。",
        f"  领队 {season.leader.login}",
        "  助理 李助理",
        "  主播 选手0（1 号）",
        "  主播 选手5（6 号）",
        "  主播 选手2（3 号）",
        "  候补：4 选手3、5 选手4",
    ]
    assert lines[7].startswith(f"已由{season.leader.login}于 ")
    assert lines[8:] == ["确认截止：另行通知", "下一步：参赛队已确认，无需再做什么。"]


async def test_a_leaders_overview_says_what_is_missing_by_when_and_what_to_do_first(
    season: Season, connect: Connect, database: Pool
) -> None:
    await database.execute(
        "update entry_windows set closes_at = '2021-07-02+08',"
        " opens_at = case entry_way when 'RECOMMENDED' then '2021-06-07+08'::timestamptz end"
    )
    await database.execute("update rounds set uploads_until = '2021-09-07+08'")
    for day, source in (("2021-08-09", "WORKS"), ("2021-09-01", "ORDERS")):
        await exported(season, season.people[0], source, f"{day}T12:00+08:00")
    async with connect(season.leader) as leader:
        (found,) = await city_statuses(leader, await chosen_contest(leader, season.contest.id.hex), None)
    lines = list(city_lines(found))
    assert lines[1:5] == [
        "一、下一步",
        "  1. 推荐名单（7 人）没有在北京时间 2021-07-01 24:00 前上报。请立即联系主办方。",
        "  2. 有 7 人缺少数据导出文件，上传已于北京时间 2021-09-06 24:00 截止。请联系主办方。",
        "  3. 有 7 人还没有完成线上培训。请督促其完成。",
    ]
    assert "  确认参赛队：另行通知" in lines
    assert "  数据文件上传：2021-09-07 00:00 北京时间（已过）" in lines
    assert "  全媒体运营师学员：通过 7 人" in lines
    assert "四、数据文件（选手全员赛）" in lines
    assert "  1 选手0：缺作品第 4-7 周" in lines
    assert "  2 选手1：缺作品第 1-7 周；店铺订单第 1-7 周" in lines
    assert "  市内第 1 名（总第 1 名）：1 选手0，99 分" in lines
    assert "  武汉市参赛队：现有 3 人，应有 4 至 5 人。" in lines


async def test_an_organiser_hears_of_every_city_in_two_lines(season: Season, connect: Connect) -> None:
    async with connect(season.organiser) as organiser:
        contest = await chosen_contest(organiser, season.contest.id.hex)
        lines = list(overview_lines(await city_statuses(organiser, contest, None)))
    assert lines[0] == "武汉市：通过 7 人，待审 0 人，退回 0 人；名单未上报；7 人缺数据文件；参赛队未齐。"
    assert len(lines) == 4


async def test_another_city_is_not_ones_to_look_at(season: Season, connect: Connect) -> None:
    async with connect(season.their_leader) as leader:
        contest = await chosen_contest(leader, season.contest.id.hex)
        with pytest.raises(CommandError, match="无权查看"):
            await city_statuses(leader, contest, contest["cities"][0]["id"])
