"""`./livecup format`: from a heading nobody knows to a file that counts."""

from pathlib import Path

import pytest

from services.api.nodes import global_id
from services.cli.errors import CommandError
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, an_account, an_upload
from tests.scorer.doing import do, tuples
from tests.scorer.files import live_list, works

DAYS = "统计日,曝光,备注\n2021-07-21,12,好\n2021-07-22,3,\n".encode()


async def test_a_heading_is_mapped_and_taken_back(typed: Typed, database: Pool, scorer: Scorer) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    account = await an_account(contest, "zhangsan")
    content = works(("甲", "2021-07-21 08:00:00", 100)).decode("utf-8-sig").replace("点赞量", "获赞").encode()
    upload_id = await an_upload(contest, scorer.files, "作品.csv", content, account=account)
    await do(scorer, upload_id)

    shown = await typed(organiser, "format", "list")
    assert "获赞" in shown
    assert "DOUYIN_WORKS" in shown
    assert "作品.csv" in shown
    assert "likes" in await typed(organiser, "format", "list", "DOUYIN_WORKS")
    said = await typed(organiser, "format", "map", "DOUYIN_WORKS", "获赞", "likes", "--reason", "平台改名")
    assert said == "DOUYIN_WORKS 的“获赞”对应 likes，1 个等待的文件正在重新读取。\n"
    await do(scorer, upload_id)
    assert await tuples(database, "select state from uploads") == [("ACCEPTED",)]
    assert "获赞→likes" in await typed(organiser, "format", "list")
    said = await typed(organiser, "format", "unmap", "DOUYIN_WORKS", "获赞", "--reason", "弄错了")
    assert said == "DOUYIN_WORKS 的“获赞”不再对应。已计入的文件不变。\n"
    assert "获赞" not in await typed(organiser, "format", "list")
    with pytest.raises(CommandError, match="没有对应过"):
        await typed(organiser, "format", "unmap", "DOUYIN_WORKS", "获赞", "--reason", "弄错了")
    with pytest.raises(CommandError, match="没有格式 SONGS"):
        await typed(organiser, "format", "list", "SONGS")


async def test_a_format_is_drafted_mended_and_added(
    typed: Typed, database: Pool, scorer: Scorer, tmp_path: Path
) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    account = await an_account(contest, "zhangsan")
    upload_id = await an_upload(contest, scorer.files, "日报.csv", DAYS, account=account)
    await do(scorer, upload_id)

    with pytest.raises(CommandError, match="没有文件在等待列名“别的”"):
        await typed(organiser, "format", "draft", "别的")
    assert "曝光" in await typed(organiser, "format", "draft", "曝光")
    file = tmp_path / "日报.toml"
    await typed(organiser, "format", "draft", "曝光", "--output", file)
    document = file.read_text(encoding="utf-8")
    add = ["format", "add", "CITY_DAYS", file, "--title", "市台日报", "--reason", "新来源", "--sample", "曝光"]
    with pytest.raises(CommandError, match="处需要修改"):
        await typed(organiser, *add)
    lines = ['source = "ACCOUNT_DAYS"', 'platform = "DOUYIN"', 'known = "备注"', "columns = ["]
    lines += ['{ heading = "统计日", to = "day", style = "date", needed = true, filled = true },']
    lines += ['{ heading = "曝光", to = "PLAYS", style = "coun", needed = true },', "]"]
    assert 'style = "date"' in document
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CommandError, match="6: 字段 PLAYS 不能用 coun 读取"):
        await typed(organiser, *add)
    file.write_text("\n".join(lines).replace('"coun"', '"count"'), encoding="utf-8-sig")
    said = await typed(organiser, *add)
    assert said == "已保存格式 CITY_DAYS（市台日报），1 个等待的文件正在重新读取。\n"
    await do(scorer, upload_id)
    assert await tuples(database, "select state, kind, format_key from uploads") == [("ACCEPTED", "OWN", "CITY_DAYS")]
    assert "市台日报（自定义）" in await typed(organiser, "format", "list")
    said = await typed(organiser, "format", "remove", "CITY_DAYS", "--reason", "不再使用")
    assert said == "已停用格式 CITY_DAYS。已计入的文件不变。\n"
    assert "CITY_DAYS" not in await typed(organiser, "format", "list")


async def test_a_refused_file_is_read_once_more_when_its_account_has_come(
    typed: Typed, database: Pool, scorer: Scorer
) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    content = live_list(("zhangsan", "2021-07-21 19:00:00", "100.00"))
    upload_id = await an_upload(contest, scorer.files, "直播.csv", content)
    await do(scorer, upload_id)
    assert await tuples(database, "select state from uploads") == [("REFUSED",)]
    await an_account(contest, "zhangsan")
    await typed(organiser, "uploads", "again", global_id("Upload", str(upload_id)))
    await do(scorer, upload_id)
    assert await tuples(database, "select state from uploads") == [("ACCEPTED",)]
    with pytest.raises(CommandError, match="原件还在的单个文件可以重新读取"):
        await typed(organiser, "uploads", "again", global_id("Upload", str(upload_id)))
