"""From a score down to the lines of the files that were sent, on real files and a real run."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from redis.asyncio import Redis

from services.sample.tables import delimited
from services.scorer.context import Scorer
from services.scorer.worker import open_scorer
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import (
    EXPORTED_AT,
    RULES,
    AContest,
    AnAccount,
    a_contest,
    a_person,
    a_run,
    an_account,
    an_upload,
)
from tests.scorer.doing import do
from tests.scorer.files import live_list, orders, works

UID = "7592255573464597541"
BEST_TWO = RULES.replace('metric = "plays"\n', 'metric = "plays"\nbest_n = 2\n')
ONE_METRIC = """
title = "播放量"
round = "qualifier"
places = { metric = 4, item = 2, total = 2 }
[items.SHORT_VIDEO]
weight = 100
metrics = [{ metric = "plays", share = 100, scale = "ratio", field = "round", missing = "zero" }]
"""
READ = """query ($id: ID!, $first: Int = 50, $after: String) { node(id: $id) { ... on Standing {
  total score { void remarks items { item metrics { metric value rows(first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes { source at label figures { name value } places { sheet line upload { name origin } } } } } } } } } }"""
PAGE = "query ($id: ID!, $in: Language!) { node(id: $id) { ... on Standing { explanationText(language: $in) } } }"


@pytest.fixture
async def scorer(settings: Settings, database: Pool, redis: Redis) -> AsyncIterator[Scorer]:
    async with open_scorer(settings) as opened:
        yield opened


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database, rules=BEST_TWO)


@pytest.fixture
async def account(scorer: Scorer, contest: AContest) -> AnAccount:
    return await with_files(scorer, contest)


async def with_files(scorer: Scorer, contest: AContest) -> AnAccount:
    """Somebody with two files of works, of which the later is believed, and one of orders."""
    found = await an_account(contest, "zhangsan", uid=UID)
    first = works(("甲", "2021-07-21 08:00:00", 100), ("乙", "2021-07-22 08:00:00", 50))
    later = works(("甲", "2021-07-21 08:00:00", 300), ("丙", "2021-07-23 08:00:00", 70))
    sold = orders(
        ("6917926768823643751", "2021-07-21 08:00:00", "28.90", "-", UID),
        ("6917926768823643752", "2021-07-22 08:00:00", "10", "退款成功", UID),
    )
    for number, (name, content) in enumerate((("一.csv", first), ("二.csv", later), ("订单.csv", sold))):
        at = EXPORTED_AT + timedelta(days=number)
        await do(scorer, await an_upload(contest, scorer.files, name, content, account=found, exported_at=at))
    return found


async def a_standing(scorer: Scorer, contest: AContest, account: AnAccount) -> str:
    run = await a_run(contest)
    await do(scorer, run)
    return gid("Standing", run, account.contestant_id)


def by_metric(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {metric["metric"]: metric for item in answer["node"]["score"]["items"] for metric in item["metrics"]}


async def test_every_value_is_followed_to_its_lines(
    ask: Ask, scorer: Scorer, contest: AContest, account: AnAccount
) -> None:
    organiser = await a_person(contest.pool, Role.ORGANISER, contest)
    answer = await ask(READ, organiser, id=await a_standing(scorer, contest, account))
    plays, sales = by_metric(answer)["plays"], by_metric(answer)["net_sales"]
    assert (plays["value"], plays["rows"]["totalCount"]) == ("370", 2)  # the best two: not 乙
    assert plays["rows"]["nodes"] == [
        {
            "source": "WORKS",
            "at": at,
            "label": label,
            "figures": [{"name": "plays", "value": value}],
            "places": [{"sheet": "", "line": line, "upload": {"name": "二.csv", "origin": "PLATFORM"}}],
        }
        for at, label, value, line in (
            ("2021-07-21 08:00:00", "甲", "300", 2),
            ("2021-07-23 08:00:00", "丙", "70", 3),
        )
    ]
    assert sales["value"] == "28.90"
    assert [
        ([figure["value"] for figure in row["figures"]], row["places"][0]["line"]) for row in sales["rows"]["nodes"]
    ] == [(["28.90", "NONE"], 2), (["10.00", "REFUNDED"], 3)]
    assert (answer["node"]["score"]["void"], answer["node"]["score"]["remarks"]) == (False, [])


async def test_rows_are_read_in_pages(ask: Ask, scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database, rules=ONE_METRIC)
    organiser = await a_person(database, Role.ORGANISER, contest)
    standing = await a_standing(scorer, contest, await with_files(scorer, contest))
    labels: list[str] = []
    after = None
    for more in (True, False):
        rows = by_metric(await ask(READ, organiser, id=standing, first=2, after=after))["plays"]["rows"]
        labels += [row["label"] for row in rows["nodes"]]
        assert (rows["pageInfo"]["hasNextPage"], rows["totalCount"]) == (more, 3)
        after = rows["pageInfo"]["endCursor"]
    assert labels == ["甲", "乙", "丙"]


async def test_a_run_explains_what_it_saw_whatever_came_later(
    ask: Ask, scorer: Scorer, contest: AContest, account: AnAccount
) -> None:
    organiser = await a_person(contest.pool, Role.ORGANISER, contest)
    before = await a_standing(scorer, contest, account)
    told = await ask(READ, organiser, id=before)
    newer = works(("甲", "2021-07-21 08:00:00", 900))
    at = EXPORTED_AT + timedelta(days=9)
    await do(scorer, await an_upload(contest, scorer.files, "三.csv", newer, account=account, exported_at=at))
    assert await ask(READ, organiser, id=before) == told
    after = by_metric(await ask(READ, organiser, id=await a_standing(scorer, contest, account)))["plays"]
    assert [row["figures"][0]["value"] for row in after["rows"]["nodes"]] == ["900", "70"]


async def test_the_page_tells_everything_to_the_line(
    ask: Ask, scorer: Scorer, contest: AContest, account: AnAccount
) -> None:
    organiser = await a_person(contest.pool, Role.ORGANISER, contest)
    standing = await a_standing(scorer, contest, account)
    digest = await contest.pool.fetchval("select digest from scoring_runs")
    text = (await ask(PAGE, organiser, id=standing, **{"in": "ZH"}))["node"]["explanationText"]
    assert (
        text
        == f"""成绩说明：1 号 zhangsan（武汉市，全媒体运营师学员）
选手全员赛，第 1 次核算，结果摘要 {digest}。规则：测试规则。
总分 100.00。总排名第 1，市（州）第 1，组内第 1。

短视频：60.00 分（满分 60）
  · 播放量 370，全体选手最高 370：60 × 370 ÷ 370 = 60.0000 分。
    只计最好的 2 条。
    依据 2 行数据：
      《二.csv》第 2-3 行（平台导出）

带货：40.00 分（满分 40）
  · 净成交金额 28.90，全体选手最高 28.90：40 × ln(1+28.90) ÷ ln(1+28.90) = 40.0000 分。
    依据 2 行数据：
      《订单.csv》第 2-3 行（平台导出）
"""
    )
    english = (await ask(PAGE, organiser, id=standing, **{"in": "EN"}))["node"]["explanationText"]
    assert "二.csv, lines 2-3 (exported by the platform)" in english


async def test_whoever_does_not_see_a_file_is_not_told_its_name(
    ask: Ask, scorer: Scorer, contest: AContest, account: AnAccount
) -> None:
    """A leader sees the adopted standings of the city, and of an organiser's file for all shops only the lines."""
    sold = orders(("6917926768823643759", "2021-07-23 08:00:00", "7", "-", UID))
    await do(scorer, await an_upload(contest, scorer.files, "全部店铺.csv", sold))
    standing = await a_standing(scorer, contest, account)
    await contest.pool.execute("update rounds set adopted_run_id = (select id from scoring_runs)")
    leader = await a_person(contest.pool, Role.CITY_LEADER, contest, city=contest.cities[0])
    rows = by_metric(await ask(READ, leader, id=standing))["net_sales"]["rows"]["nodes"]
    assert rows[-1]["places"] == [{"sheet": "", "line": 2, "upload": None}]
    text = (await ask(PAGE, leader, id=standing, **{"in": "ZH"}))["node"]["explanationText"]
    assert "全部店铺" not in text
    assert "《主办方的文件》第 2 行" in text
    other = await a_person(contest.pool, Role.CITY_LEADER, contest, city=contest.cities[1])
    assert (await ask(PAGE, other, id=standing, **{"in": "ZH"}))["node"] is None


async def test_sums_of_rows_are_the_values(ask: Ask, scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    organiser = await a_person(contest.pool, Role.ORGANISER, contest)
    answer = await ask(READ, organiser, id=await a_standing(scorer, contest, account))
    for metric in by_metric(answer).values():
        figures = [{each["name"]: each["value"] for each in row["figures"]} for row in metric["rows"]["nodes"]]
        amounts = (each for each in figures if each.get("after_sale") != "REFUNDED")
        assert sum(Decimal(next(iter(each.values()))) for each in amounts) == Decimal(metric["value"])


async def test_what_a_gate_looked_at_is_told_to_the_line(ask: Ask, scorer: Scorer, database: Pool) -> None:
    gate = '\n[[gates]]\ntitle = "作品不超过两个"\nmetric = "works_published"\nat_most = 2\nmissing = "pass"\n'
    contest = await a_contest(database, rules=ONE_METRIC + gate)
    organiser = await a_person(database, Role.ORGANISER, contest)
    standing = await a_standing(scorer, contest, await with_files(scorer, contest))
    text = (await ask(PAGE, organiser, id=standing, **{"in": "ZH"}))["node"]["explanationText"]
    assert (
        """
成绩作废，不参加评奖和推荐。
未通过“作品不超过两个”（3）：成绩作废。
  依据 3 行数据：
"""
        in text
    )
    assert "    《一.csv》第 3 行（平台导出）\n" in text


SESSIONS_AND_DAYS = """
title = "直播与涨粉"
round = "qualifier"
places = { metric = 4, item = 2, total = 2 }
[items.LIVE]
weight = 100
metrics = [
    { metric = "gross_sales", source = "live_sessions", share = 40, scale = "as-is", missing = "zero" },
    { metric = "net_follower_gain", share = 40, scale = "ratio", field = "round", missing = "zero" },
    { metric = "active_days", share = 20, scale = "as-is", missing = "zero" },
]
"""


async def test_sessions_and_days_are_followed_to_their_lines(ask: Ask, scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database, rules=SESSIONS_AND_DAYS)
    account = await an_account(contest, "zhangsan")
    days = [["日期", "净增粉丝"], ["2021-07-19", "9"], ["2021-07-30", "-21"], ["2021-07-31", "50"], ["2021-09-01", "7"]]
    for number, content in enumerate(
        (
            live_list(("zhangsan", "2021-07-21 20:00:00", "10.5"), ("zhangsan", "2021-09-01 00:00:00", "99")),
            live_list(("zhangsan", "2021-07-22 20:00:00", "4.25")),
            delimited(days),
            works(("甲", "2021-07-22 08:00:00", 1), ("乙", "2021-07-23 08:00:00", 1)),
        )
    ):
        at = EXPORTED_AT + timedelta(days=number)
        upload = await an_upload(contest, scorer.files, f"{number}.csv", content, account=account, exported_at=at)
        await do(scorer, upload)
    organiser = await a_person(database, Role.ORGANISER, contest)
    metrics = by_metric(await ask(READ, organiser, id=await a_standing(scorer, contest, account)))
    shown = {
        name: (
            metric["value"],
            [
                (row["at"], [each["value"] for each in row["figures"]], row["places"][0]["upload"]["name"])
                for row in metric["rows"]["nodes"]
            ],
        )
        for name, metric in metrics.items()
    }
    first, second = "2021-07-21 20:00:00", "2021-07-22 20:00:00"
    assert shown == {
        "gross_sales": ("14.75", [(first, ["10.50"], "0.csv"), (second, ["4.25"], "1.csv")]),
        "net_follower_gain": (
            "29",
            [("2021-07-30", ["-21"], "2.csv"), ("2021-07-31", ["50"], "2.csv")],
        ),
        "active_days": (
            "3",
            [
                (first, [], "0.csv"),
                ("2021-07-22 08:00:00", [], "3.csv"),
                (second, [], "1.csv"),
                ("2021-07-23 08:00:00", [], "3.csv"),
            ],
        ),
    }
    assert [row["places"][0]["line"] for row in metrics["net_follower_gain"]["rows"]["nodes"]] == [3, 4]
