"""Comparing, adopting, going back and explaining as somebody types them."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.cli.errors import CommandError
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import EXPORTED_AT, RULES, AContest, APerson, a_contest, a_person, a_run, an_account, an_upload
from tests.scorer.doing import do
from tests.scorer.files import works

AT = "2021-07-21 08:00:00"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database, rules=RULES.replace("places = 2\n", "places = 1\n"))


@pytest.fixture
async def organiser(database: Pool, scorer: Scorer, contest: AContest) -> APerson:
    """Of a contest with two runs: in the first ann is before bob, in the second bob before ann."""
    people = {name: await an_account(contest, name) for name in ("ann", "bob")}
    for day, plays in enumerate(({"ann": 300, "bob": 200}, {"bob": 600})):
        for name, count in plays.items():
            at = EXPORTED_AT + timedelta(days=day)
            content = works(("作品", AT, count))
            upload = await an_upload(
                contest, scorer.files, f"{name}-{day}.csv", content, account=people[name], exported_at=at
            )
            await do(scorer, upload)
        await do(scorer, await a_run(contest))
    return await a_person(database, Role.ORGANISER, contest)


@pytest.mark.usefixtures("working")
async def test_two_runs_compared_show_who_moves_and_why(typed: Typed, organiser: APerson) -> None:
    said = await typed(organiser, "compare", "1", "2")
    assert said.splitlines() == [
        "第 1 次核算（#1） → 第 2 次核算（#2）",
        "2 人中 2 人有变化：1 人上升，1 人下降，1 人进入、1 人退出拟推荐名单；名次最多变化 1，总分最多变化 30.00。",
        "文件：新增计入 1 个，不再计入 0 个。",
        "1 ann（武汉市，抖音 ann）：第 1 名 60.00 分 → 第 2 名 30.00 分，退出拟推荐名单",
        "    播放量：他人数据不同，得分 60.0000 → 30.0000",
        "2 bob（武汉市，抖音 bob）：第 2 名 40.00 分 → 第 1 名 60.00 分，进入拟推荐名单",
        "    播放量：本人数据不同，数值 200 → 600，得分 40.0000 → 60.0000",
        "    文件 bob-1.csv：仅在新成绩计入",
    ]
    entering = await typed(organiser, "compare", "1", "2", "--finalists", "进")
    assert "bob" in entering
    assert "ann（" not in entering
    assert "符合条件的共 2 人，以上是前 1 人" in await typed(organiser, "compare", "1", "2", "--first", "1")


@pytest.mark.usefixtures("working")
async def test_rules_that_are_only_tried_are_saved_nowhere(
    typed: Typed, database: Pool, contest: AContest, organiser: APerson, tmp_path: Path
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULES.replace("weight = 60", "weight = 50").replace("weight = 40", "weight = 50"), encoding="utf-8")
    said = await typed(organiser, "compare", "1", "--rules", path)
    assert "第 1 次核算（#1） → 试算（未保存的规则，仅主办方可见）" in said
    assert "规则 items.SHORT_VIDEO.weight：60 → 50" in said
    assert "    播放量：规则不同，得分 60.0000 → 50.0000" in said
    assert await database.fetchval("select count(*) from rules") == 1
    assert await database.fetchval("select count(*) from scoring_runs") == 2
    path.write_text("title = 1", encoding="utf-8")
    with pytest.raises(CommandError, match="title”的值类型不对"):
        await typed(organiser, "compare", "1", "--rules", path)
    with pytest.raises(CommandError, match="只能写一个"):
        await typed(organiser, "compare", "1", "2", "--rules", path)


async def test_a_run_is_adopted_another_in_its_place_and_the_first_again(typed: Typed, organiser: APerson) -> None:
    assert "还没有采用成绩" in await typed(organiser, "adoptions")
    await typed(organiser, "adopt", "1", "--reason", "初评")
    said = await typed(organiser, "adopt", "2", "--reason", "补交数据")
    assert "替换了第 1 次核算（#1）。恢复：./livecup adopt 1 --reason 原因" in said
    await typed(organiser, "adopt", "1", "--reason", "恢复初评")
    history = (await typed(organiser, "adoptions")).splitlines()
    assert [line.partition("  ")[2] for line in history] == [
        f"第 1 次核算（#1），替换第 2 次核算（#2），{organiser.login}：恢复初评",
        f"第 2 次核算（#2），替换第 1 次核算（#1），{organiser.login}：补交数据",
        f"第 1 次核算（#1），{organiser.login}：初评",
    ]


async def test_points_are_explained_down_to_the_file(typed: Typed, organiser: APerson) -> None:
    said = await typed(organiser, "explain", "2", "--run", "1")
    assert said.startswith("成绩说明：2 号 bob（武汉市，全媒体运营师学员）\n选手全员赛，第 1 次核算，")
    assert "  · 播放量 200，全体选手最高 300：60 × 200 ÷ 300 = 40.0000 分。\n    依据 1 行数据：\n" in said
    assert "《bob-0.csv》第 2 行（平台导出）" in said
    assert "《bob-1.csv》第 2 行（平台导出）" in await typed(organiser, "explain", "2", "--run", "2")
    assert "bob-1.csv, lines 2" in await typed(organiser, "explain", "2", "--run", "2", "--english")
    with pytest.raises(CommandError, match="没有 7 号选手"):
        await typed(organiser, "explain", "7", "--run", "1")
