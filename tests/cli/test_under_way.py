"""What organisers change while a contest is under way, as they type it, against the API itself."""

from pathlib import Path

import pytest

from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, Role
from tests.cli.conftest import Typed
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import a_contestant


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def test_places_caps_and_the_consent_change_under_way(
    typed: Typed, contest: AContest, organiser: APerson, database: Pool, tmp_path: Path
) -> None:
    said = await typed(organiser, "contest", "quotas", "武汉:退役军人=7", "--reason", "调剂")
    assert said == "已调整 1 项名额。\n"
    quota = await database.fetchrow("select places from quotas where city_id = $1", contest.cities[0])
    assert dict(quota or {}) == {"places": 7}
    with pytest.raises(CommandError, match="看不懂"):
        await typed(organiser, "contest", "quotas", "武汉 7", "--reason", "调剂")
    said = await typed(organiser, "contest", "round", "qualifier", "--exports-due", 5, "--reason", "宽限")
    assert "每周结束后 5 天" in said
    said = await typed(organiser, "contest", "round", "qualifier", "--uploads-until", "2099-06-30", "--reason", "宽限")
    assert "上传截止 / uploads until 2099-07-01 00:00" in said
    assert await typed(organiser, "contest", "link-hosts", "douyin.com", "kwai.com", "--reason", "只用这些") == (
        "作品链接可用的域名：douyin.com、kwai.com。\n"
    )
    assert await typed(organiser, "contest", "division", "退役军人", "--cap", 900, "--reason", "场地") == (
        "退役军人人数上限：900。\n"
    )
    text = tmp_path / "同意书.txt"
    text.write_text("我同意。\n", encoding="utf-8")
    assert await typed(organiser, "contest", "consent", "2021-06", text, "--reason", "首次发布") == (
        "同意书已更新为 2021-06 版。\n"
    )
    assert await database.fetchval("select consent_text from contests") == "我同意。"


async def test_training_is_recorded_and_taken_back(
    typed: Typed, contest: AContest, organiser: APerson, database: Pool
) -> None:
    await a_contestant(contest, eligibility=Eligibility.APPROVED)
    assert await typed(organiser, "people", "trained", 1, "--on", "2021-08-20") == "已登记 1 人。\n"
    assert str(await database.fetchval("select trained_on from contestants")) == "2021-08-20"
    assert await typed(organiser, "people", "trained", 1, "--undo") == "已撤销 1 人。\n"
    assert await database.fetchval("select trained_on from contestants") is None
