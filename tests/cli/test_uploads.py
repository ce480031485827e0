"""What was sent and what became of it, as somebody types it."""

import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from services.cli.errors import CommandError
from services.cli.upload_numbers import upload_number
from services.shared.database.pool import Pool
from services.shared.vocabulary import Platform, Role
from tests.cli.conftest import Typed
from tests.factories import AContest, APerson, a_contest, a_person, an_account
from tests.scorer.files import works
from tests.scorer.uploads.files import xlsx_bytes

AT = "2021-07-21 08:00:00"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


@pytest.fixture
async def bad(contest: AContest, tmp_path: Path) -> Path:
    """A works list of 张三 with one bad line."""
    await an_account(contest, "zhangsan")
    path = tmp_path / "抖音-zhangsan" / "作品列表.csv"
    path.parent.mkdir()
    path.write_bytes(works(("甲", AT, 100), ("乙", AT.replace("21 ", "22 "), -5)))
    return path


async def answer(typed: Typed, who: APerson, *words: object) -> Any:
    """The one object of --json."""
    return json.loads(await typed(who, *words, "--json"))


@pytest.mark.usefixtures("working")
async def test_a_bad_file_is_marked_and_its_good_rows_count_where_that_is_asked_for(
    typed: Typed, clerk: APerson, bad: Path, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit):
        await typed(clerk, "upload", bad, "--marked", tmp_path / "标注")
    (copy,) = (tmp_path / "标注").iterdir()
    assert copy.name == "抖音-zhangsan_作品列表_标注.xlsx"
    book = CalamineWorkbook.from_path(copy)
    assert book.sheet_names == ["问题清单", "数据"]
    assert book.get_sheet_by_name("问题清单").to_python()[1][1:4] == ["3", "播放量", "-5"]
    sent = await answer(typed, clerk, "upload", bad, "--policy", "good")
    assert (sent["loaded"], [one["code"] for one in sent["problems"]]) == (1, ["NEGATIVE_COUNT"])
    (good, refused) = (await answer(typed, clerk, "uploads", "list"))["uploads"]
    assert (good["state"], good["policy"], good["origin"]) == ("ACCEPTED", "GOOD_ROWS", "PLATFORM")
    assert [good["rows"][key] for key in ("read", "new", "refused")] == [2, 1, 1]
    assert refused["state"] == "REFUSED"
    listed = await typed(clerk, "uploads", "list", "--state", "未计入")
    assert "抖音 zhangsan" in listed
    assert "已计入" not in listed
    number = upload_number(good["id"])
    assert number in await typed(clerk, "uploads", "list", "--person", 1)
    shown = await typed(clerk, "uploads", "show", number)
    assert "拒收 1" in shown
    assert "只计入无误的行" in shown
    assert "第 3 行 播放量" in shown
    with pytest.raises(CommandError, match="没有编号为 0000 的上传文件"):
        await typed(clerk, "uploads", "show", "0000")
    for _ in range(2):
        await typed(clerk, "uploads", "mark", number, "--folder", tmp_path / "again", "--english")
    written = {"抖音-zhangsan_作品列表_标注.xlsx", "抖音-zhangsan_作品列表_标注_2.xlsx"}
    assert {path.name for path in (tmp_path / "again").iterdir()} == written


@pytest.mark.usefixtures("working")
async def test_figures_are_typed_in(typed: Typed, clerk: APerson, contest: AContest) -> None:
    await an_account(contest, "lisi", platform=Platform.KUAISHOU)
    row = "作品标题=黑木耳；发布时间=2021-07-21 09:30；播放量=1.2万；点赞量="
    words = ("uploads", "type", 1, "--source", "作品", "--reason", "平台不提供导出", "--row")
    done = await answer(typed, clerk, *words, row)
    assert (done["state"], done["origin"], done["rows"]["new"]) == ("ACCEPTED", "TYPED", 1)
    assert "人工录入" in await typed(clerk, "uploads", "show", done["id"])
    with pytest.raises(SystemExit):
        await typed(clerk, *words, "作品标题=香菇;发布时间=昨天;播放量=3")


@pytest.mark.usefixtures("working")
async def test_a_file_exported_while_no_round_takes_figures_says_so_where_it_was_sent(
    typed: Typed, clerk: APerson, contest: AContest, tmp_path: Path
) -> None:
    await an_account(contest, "zhangsan")
    path = tmp_path / "抖音-zhangsan" / "作品列表.csv"
    path.parent.mkdir()
    path.write_bytes(works(("甲", AT, 100)))
    said = await typed(clerk, "upload", path)
    assert "! 1 个文件（" in said
    assert "--exported-at" in said
    assert "计入 1 个文件，重复跳过 0 个，未计入 0 个。其中 1 个文件不计分" in said
    assert "不计分" not in await typed(clerk, "upload", path, "--exported-at", "2021-09-01T20:00")


@pytest.mark.usefixtures("working")
async def test_a_work_without_its_time_names_the_option_and_counts_once_the_file_is_renamed(
    typed: Typed, clerk: APerson, contest: AContest, tmp_path: Path
) -> None:
    await an_account(contest, "lisi", platform=Platform.KUAISHOU)
    path = tmp_path / "快手-lisi" / "作品数据分析明细表.xlsx"
    path.parent.mkdir()
    path.write_bytes(xlsx_bytes([["日期", "播放量", "点赞量"], ["2021-07-21", "1,000", "-"]]))
    at = ("--exported-at", "2021-09-01T20:00")
    with pytest.raises(SystemExit):
        await typed(clerk, "upload", path, *at)
    (refused,) = (await answer(typed, clerk, "uploads", "list"))["uploads"]
    assert "上传时加 --published-at 2021-07-20T09:30:00" in await typed(clerk, "uploads", "show", refused["id"])
    renamed = path.rename(path.with_stem("作品数据分析明细表 发布时间2021-07-21 09.11.20"))
    assert (await answer(typed, clerk, "upload", renamed, *at))["loaded"] == 1


@pytest.mark.usefixtures("working")
async def test_a_long_list_of_problems_is_short_and_says_how_many_more_there_are(
    typed: Typed, clerk: APerson, contest: AContest, tmp_path: Path
) -> None:
    await an_account(contest, "zhangsan")
    path = tmp_path / "抖音-zhangsan" / "作品列表.csv"
    path.parent.mkdir()
    path.write_bytes(works(*(("甲", f"2021-07-21 08:{row // 60:02}:{row % 60:02}", -5) for row in range(250))))
    with pytest.raises(SystemExit):
        await typed(clerk, "upload", path, "--exported-at", "2021-09-01T20:00")
    (refused,) = (await answer(typed, clerk, "uploads", "list"))["uploads"]
    shown = await typed(clerk, "uploads", "show", upload_number(refused["id"]))
    assert "第 2–201 行" in shown
    assert "另有 50 处问题未逐一列出" in shown
