"""A template names its account, so the command does not ask for it again."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from services.cli.transfer import NotSentError
from services.cli.whose import account_in_template
from services.shared.database.pool import Pool
from services.shared.vocabulary import Platform, Role
from tests.cli.conftest import Typed
from tests.factories import AContest, APerson, a_contest, a_person, an_account
from tests.scorer.uploads.files import TEMPLATE_ACCOUNT_DAYS, TEMPLATE_WORKS, WORKS, Table, csv_bytes, xlsx_bytes

HEADINGS = ["平台", "账号", "作品标题", "发布时间", "播放量"]


def works_of(*accounts: str, plays: str = "12") -> list[list[str]]:
    """A row for each account of Kuaishou."""
    rows = [["快手", name, "黑木耳", f"2021-07-21 09:30:{n:02}", plays] for n, name in enumerate(accounts)]
    return [HEADINGS, *rows]


@pytest.mark.parametrize(
    ("table", "account"),
    [
        (TEMPLATE_WORKS, "快手-lisi"),
        (works_of("lisi", " LiSi "), "快手-lisi"),
        (works_of("lisi", "lisi"), "快手-lisi"),
        (TEMPLATE_ACCOUNT_DAYS, None),
        ([*works_of("lisi"), ["快手", "lisi", "坏", "何时", "1"]], "快手-lisi"),
        ([HEADINGS], None),
        (WORKS, None),
        ([["什么", "也不是"]], None),
    ],
)
def test_one_account_in_a_template_is_whose_it_is(table: Table, account: str | None, tmp_path: Path) -> None:
    path = tmp_path / "上传"
    for content in (csv_bytes(table), xlsx_bytes(table)):
        path.write_bytes(content)
        assert account_in_template(path) == account


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


async def sent(typed: Typed, who: APerson, path: Path, table: Table) -> dict[str, Any]:
    await asyncio.to_thread(path.write_bytes, csv_bytes(table))
    answer: dict[str, Any] = json.loads(await typed(who, "upload", path, "--attest", "--json"))
    return answer


@pytest.mark.usefixtures("working")
async def test_a_clerk_needs_no_account_beside_a_template_and_sends_for_nobody_elses(
    typed: Typed, contest: AContest, clerk: APerson, tmp_path: Path
) -> None:
    await an_account(contest, "lisi", platform=Platform.KUAISHOU, city=0)
    await an_account(contest, "wangwu", platform=Platform.KUAISHOU, city=1)
    path = tmp_path / "作品.csv"
    (counted,) = (await sent(typed, clerk, path, works_of("lisi")))["uploads"]
    assert (counted["state"], counted["rows"]["new"]) == ("ACCEPTED", 1)
    with pytest.raises(NotSentError, match="快手-wangwu：在您可管理的范围"):
        await sent(typed, clerk, path, works_of("wangwu"))
    with pytest.raises(NotSentError, match="请按账号分成几个文件"):
        await sent(typed, clerk, path, works_of("lisi", "wangwu"))


@pytest.mark.usefixtures("working")
async def test_an_organisers_template_may_name_many(
    typed: Typed, database: Pool, contest: AContest, tmp_path: Path
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    for handle, city in (("lisi", 0), ("wangwu", 1)):
        await an_account(contest, handle, platform=Platform.KUAISHOU, city=city)
    (counted,) = (await sent(typed, organiser, tmp_path / "作品.csv", works_of("lisi", "wangwu")))["uploads"]
    assert (counted["state"], counted["rows"]["new"]) == ("ACCEPTED", 2)
