"""Flags, links and verification as somebody types them."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.verification.roll import Roll
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person, a_scored_run, an_account

SEED = "03 08 11 19 26 33 07"


async def test_a_draw_from_its_announcement_to_the_recorded_result(
    typed: Typed, database: Pool, tmp_path: Path
) -> None:
    contest = await a_contest(database)
    accounts = [await an_account(contest, f"号{number}", city=number % 2) for number in range(6)]
    await a_scored_run(contest, accounts, adopted=True)
    organiser = await a_person(database, Role.ORGANISER, contest)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    words = ("--per", "city", "--people", "1", "--seed-source", "双色球第 2021101 期", "--seed-at", tomorrow)
    said = await typed(organiser, "verification", "announce", *words, "--reason", "按通知")
    assert "每市州 1 人，名册 6 人" in said
    path = tmp_path / "roll.txt"
    await typed(organiser, "verification", "roll", "1", "--to", path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() in said
    row = await database.fetchrow("select id, seed_at from verification_draws")
    assert row is not None
    earlier = row["seed_at"] - timedelta(days=2)
    read = Roll.read(path.read_text(encoding="utf-8"))
    moved = Roll(read.per, read.people, read.seed_source, earlier, read.lots)
    await database.execute("update verification_draws set seed_at = $1, roll_sha256 = $2", earlier, moved.sha256)
    await typed(organiser, "verification", "draw", "1", "--seed", SEED)
    drawn = await database.fetch(
        "select handle_key from verification_drawn join accounts using (contestant_id) order by position"
    )
    computed = await typed(None, "verification", "check", path, "--seed", SEED)
    assert [line.split()[1] for line in computed.splitlines() if line.startswith("    ")] == [
        each["handle_key"] for each in drawn
    ]
    listed = await typed(organiser, "verification", "list", "--state", "待核验")
    people = listed.count("：待核验\n")
    assert f"应核验 {people} 人：待核验 {people} 人" in listed
    figures = ("--seen", "SHORT_VIDEO.plays=1200", "--note", "两人在场")
    assert "相符" in await typed(organiser, "verification", "record", "1", "--agrees", *figures)
    again = await typed(organiser, "verification", "list", "--state", "相符")
    assert "1 号0" in again
    assert "播放量 计入 1200，页面 1200" in again
    assert "作废" in await typed(organiser, "verification", "cancel", "1", "--reason", "重来")
    assert "作废：重来" in await typed(organiser, "verification", "draws")
    required = await typed(organiser, "verification", "require", "--first", "--reason", "按章程")
    assert required == "公示前须完成核验。\n"


async def test_what_is_no_roll_and_no_figure_is_said_so(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "roll.txt"
    path.write_text("名单", encoding="utf-8")
    with pytest.raises(CommandError, match="不是名册文件"):
        await typed(None, "verification", "check", path, "--seed", SEED)
    with pytest.raises(CommandError, match="看不懂 plays"):
        await typed(None, "verification", "record", "1", "--agrees", "--seen", "plays", "--note", "看过")


async def test_a_flag_is_raised_listed_and_resolved_and_a_threshold_set(typed: Typed, database: Pool) -> None:
    contest = await a_contest(database)
    await an_account(contest, "first")
    judge = await a_person(database, Role.JUDGE, contest)
    organiser = await a_person(database, Role.ORGANISER, contest)
    await typed(judge, "flags", "raise", "1", "--reason", "两场直播画面相同")
    listed = await typed(judge, "flags", "list")
    assert "人工提出：1 first（武汉市，抖音 first），待核实" in listed
    assert "提示不等于违规" in listed
    flag = listed.rsplit("编号 ", 1)[1].split()[0]
    assert "已说明" in await typed(judge, "flags", "resolve", flag, "--explained", "--reason", "看过回放")
    assert "没有符合条件的数据提示" in await typed(judge, "flags", "list")
    assert "看过回放" in await typed(judge, "flags", "list", "--state", "全部", "--person", "1")
    changed = await typed(
        organiser, "flags", "threshold", "refund_share", "--value", "0.8", "--reason", "服装类退款普遍偏高"
    )
    assert "REFUND_SHARE  0.8（默认 0.6，可在 0 至 1 之间）" in changed


async def test_an_empty_list_says_whether_it_is_empty_or_not_theirs(typed: Typed, database: Pool) -> None:
    contest = await a_contest(database)
    judge = await a_person(database, Role.JUDGE, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    elsewhere = await a_person(database, Role.ORGANISER, await a_contest(database))
    slug = await database.fetchval("select slug from contests where id = $1", contest.id)
    flags, waiting, log = ("flags", "list"), ("unclaimed", "list"), ("audit", "log")
    assert await typed(judge, *flags, "--contest", slug) == "没有符合条件的数据提示。 / There are none.\n"
    assert await typed(clerk, *waiting, "--contest", slug) == "没有待认领的订单。 / Nothing waits.\n"
    organiser = await a_person(database, Role.ORGANISER, contest)
    assert await typed(organiser, *log, "--contest", slug) == "没有符合条件的记录。 / There is none.\n"
    for person, command in ((clerk, flags), (judge, waiting), (judge, log), *((elsewhere, c) for c in (flags, log))):
        with pytest.raises(CommandError, match="您无权查看"):
            await typed(person, *command, "--contest", slug)


async def test_a_link_is_added_listed_and_removed(typed: Typed, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    own = await a_person(database, Role.CONTESTANT, contest, contestant=account.contestant_id)
    url = "https://v.douyin.com/iRNBho6u/"
    await typed(own, "link", "add", "1", url, "--title", "老家的橙子")
    listed = await typed(own, "link", "list", "1")
    assert f"作品 老家的橙子 {url}" in listed
    await typed(own, "link", "remove", listed.rsplit("编号 ", 1)[1].split()[0])
    assert await typed(own, "link", "list", "1") == "没有链接。 / No links.\n"
