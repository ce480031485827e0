"""One export file all the way: the bytes of a works list in, a proposed finalist with the reason for each point out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import xlsxwriter

from services.cli.finalists import proposals
from services.cli.instance import Instance
from services.cli.transfer import Parcel
from tests.journeys.conftest import Organiser, organise

CONTEST = """
slug = "one-file"
title = "一个文件"
ownerless_orders = "UNCLAIMED"
quotas = "quotas.csv"
hosts = [{ name = "主办单位", role = "HOST" }]
divisions = [{ key = "veteran", name = "退役军人", cap = 10, entry_ways = ["RECOMMENDED"] }]
cities = [{ name = "恩施州", aliases = ["恩施土家族苗族自治州"] }]
entry_windows = { RECOMMENDED = { opens_at = 2021-06-07T00:00:00+08:00, closes_at = 2099-01-01T00:00:00+08:00 } }

[[rounds]]
key = "qualifier"
title = "选手全员赛"
opens_at = 2021-07-20T00:00:00+08:00
closes_at = 2021-09-01T00:00:00+08:00
exported_from = 2021-07-20T00:00:00+08:00
exported_until = 2021-09-06T00:00:00+08:00
uploads_until = 2099-01-01T00:00:00+08:00
rules = "rules.toml"
"""

RULES = """
title = "规则"
round = "qualifier"
places = { metric = 4, item = 2, total = 2 }

[items.SHORT_VIDEO]
title = "短视频"
weight = 100

[[items.SHORT_VIDEO.metrics]]
metric = "plays"
share = 60
scale = "ratio"
field = "round"
missing = "zero"

[[items.SHORT_VIDEO.metrics]]
metric = "works_published"
share = 40
scale = "points-per-n"
per = 1
points = 5
missing = "zero"

[finalists]
places = 1
minimum = 1
tie_at_cut = "person decides"
"""

ROSTER = """推荐单位：恩施州退役军人事务局,,,,,,,,
联系人：王五,,,,,,,,
参赛组别：退役军人,,,,,,,,
序号,所在市（州）,姓名,身份证号,手机号,参赛直播平台及账号（只限填一个）,粉丝数量,直播经验、亮点战绩、荣誉等,备注
1,武汉市,*示例,420106199001011234,13800000000,抖音: zhangsan,50 万,无,
1,恩施土家族苗族自治州,张三,11010519491231002X,13812341234,抖音：zhangsan,1.2万,无,
2,恩施州,李四,420000198801010028,13912341234,抖音: lisi,300,无,
"""

HEADINGS = [
    "作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "封面点击率", "2s跳出率",
    "平均播放时长", "点赞量", "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量",
]  # fmt: skip


def works_list(path: Path, *works: tuple[str, str, int]) -> Path:
    """A 作品列表导出.xlsx of (published, visibility, plays)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("Sheet1")
        sheet.write_row(0, 0, HEADINGS)
        for line, (published, visibility, plays) in enumerate(works, start=1):
            figures = [plays, 0.0439, 0.3434, "-", 0.3856, 13.69, 43, 4, 1, 11, 3, -2]
            sheet.write_row(line, 0, [f"作品 {line} #话题", published, "1-3min视频", visibility, *figures])
    return path


@pytest.fixture
async def organiser(instance: Instance, tmp_path: Path) -> AsyncIterator[Organiser]:
    (tmp_path / "contest.toml").write_text(CONTEST, encoding="utf-8")
    (tmp_path / "quotas.csv").write_text("city,veteran\n恩施州,5\n", encoding="utf-8")
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "推荐表.csv").write_text(ROSTER, encoding="utf-8-sig")
    async with organise(instance, tmp_path / "contest.toml") as organiser:
        yield organiser


async def test_one_export_file_becomes_a_finalist(organiser: Organiser, tmp_path: Path) -> None:
    (imported,) = await organiser.import_rosters([tmp_path / "推荐表.csv"])
    assert (imported["state"], imported["lines"]) == (
        "DONE",
        {"read": 2, "new": 2, "updated": 0, "unchanged": 0, "refused": 0, "duplicate": 0, "overQuota": 0},
    )

    early = works_list(
        tmp_path / "抖音-zhangsan" / "一.xlsx",
        ("2021-07-19 23:59:59", "公开", 90_000),  # before the window
        ("2021-07-20 00:00:00", "公开", 700),
        ("2021-08-05 20:00:00", "自见", 50_000),  # private
    )
    late = works_list(
        tmp_path / "抖音-zhangsan" / "二.xlsx",
        ("2021-07-20 00:00:00", "公开", 1000),
        ("2021-08-31 23:59:59", "公开", 500),
    )
    other = works_list(tmp_path / "抖音-lisi" / "一.xlsx", ("2021-08-01 08:00:00", "公开", 600))
    answer = await organiser.upload(  # the later export first: arrival must not matter
        Parcel(late, "二.xlsx", account_hint="抖音-zhangsan", exported_at="2021-09-01T20:00:00+08:00"),
        Parcel(early, "一.xlsx", account_hint="抖音-zhangsan", exported_at="2021-08-25T20:00:00+08:00"),
        Parcel(other, "一.xlsx", account_hint="抖音-lisi", exported_at="2021-09-01T20:00:00+08:00"),
    )
    assert (answer["loaded"], answer["refused"], answer["rows"]) == (3, 0, 6)

    run = await organiser.score()
    assert (run["state"], run["adopted"], run["contestantCount"]) == ("SCORED", True, 2)
    (city,) = await proposals(organiser.client, organiser.round_id, None)
    (streamer,), (reserve,) = city["streamers"], city["reserves"]
    # 张三: 1500 plays are the best: 60; two works: 10. 李四: 60 × 600 ÷ 1500 = 24; one work: 5.
    assert (streamer["standing"]["contestant"]["name"], streamer["standing"]["total"]) == ("张三", "70.00")
    assert (reserve["standing"]["contestant"]["name"], reserve["standing"]["total"]) == ("李四", "29.00")
    assert city["shortage"] == 0
    assert "第 1 名" in streamer["reason"]["message"]

    found = await organiser.ask(
        """query ($round: ID!) { rankings(roundId: $round) { nodes { contestant { name }
             score { items { metrics { metric value points inputs { name value } sentence } } } } } }""",
        round=organiser.round_id,
    )
    plays, works = found["rankings"]["nodes"][1]["score"]["items"][0]["metrics"]
    assert (plays["value"], plays["points"]) == ("600", "24.0000")
    assert {"name": "best", "value": "1500"} in plays["inputs"]
    assert "1500" in plays["sentence"]
    assert (works["value"], works["points"]) == ("1", "5.0000")


async def test_a_refused_file_says_which_line_and_changes_nothing(organiser: Organiser, tmp_path: Path) -> None:
    (imported,) = await organiser.import_rosters([tmp_path / "推荐表.csv"])
    assert imported["problems"] == []
    wrong = works_list(
        tmp_path / "抖音-lisi" / "一.xlsx", ("2021-08-01 08:00:00", "公开", 600), ("2021-09-02 08:00:00", "公开", -5)
    )
    answer = await organiser.upload(
        Parcel(wrong, "一.xlsx", account_hint="抖音-lisi", exported_at="2021-09-01T20:00:00+08:00")
    )
    assert (answer["loaded"], answer["refused"]) == (0, 1)
    assert {(one["code"], one["sheet"], one["line"], one["column"]) for one in answer["problems"]} == {
        ("FUTURE_DATE", "Sheet1", 3, "发布时间"),
        ("NEGATIVE_COUNT", "Sheet1", 3, "播放量"),
    }
    run = await organiser.score()
    assert run["state"] == "SCORED"
    (city,) = await proposals(organiser.client, organiser.round_id, None)
    assert (city["streamers"], city["shortage"]) == ([], 1)
