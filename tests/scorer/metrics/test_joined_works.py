"""Works that 投稿分析 tells of to the minute are those that 作品列表 tells of to the second."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from services.api.explanations.store import list_facts
from services.sample.tables import Row, delimited
from services.scorer.context import Scorer
from services.scorer.metrics.store import Extent, load_figures
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import Source
from tests.factories import EXPORTED_AT, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do

Told = tuple[str, str, int | str]  # title, time, plays
SHORT = ["视频名称", "发布时间", "播放量", "5s完播率", "2s跳出率", "平均播放时长"]
LIST = ["作品名称", "发布时间", "审核状态", "播放量", "点赞量"]


def short(*works: Told) -> list[Row]:
    return [SHORT, *([title, at, plays, "0.5", "0.25", "9.53"] for title, at, plays in works)]


def listed(*works: Told, state: str = "公开", likes: int = 7) -> list[Row]:
    return [LIST, *([title, at, state, plays, likes] for title, at, plays in works)]


AT, SECOND, THIRD = "2021-07-21 08:00", "2021-07-21 08:00:31", "2021-07-21 08:00:45"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([short(("甲", AT, 100))], [(100, None)]),
        ([listed(("甲", SECOND, 90)), short(("甲", AT, 100))], [(100, 7)]),
        ([short(("甲", AT, 100)), listed(("甲", SECOND, 110))], [(110, 7)]),
        ([listed(("甲", SECOND, 90)), short(("甲", AT, "-"))], [(90, 7)]),
        ([short(("甲", AT, 100)), listed(("甲", SECOND, "-"))], [(100, 7)]),
        ([short(("甲", AT, 100)), short(("甲", AT, 120))], [(120, None)]),
        ([listed(("甲", SECOND, 90)), short(("乙", AT, 100))], [(90, 7), (100, None)]),
        ([listed(("甲", SECOND, 90)), short(("甲", "2021-07-21 08:01", 100))], [(90, 7), (100, None)]),
        ([listed(("甲", SECOND, 90), state="自见"), short(("甲", AT, 100))], []),
        ([listed(("甲", SECOND, 1), ("甲", THIRD, 2)), short(("甲", AT, 10), ("甲", AT, 20))], [(10, 7), (20, 7)]),
        ([listed(("甲", SECOND, 1), ("甲", THIRD, 2)), short(("甲", AT, 10))], [(2, 7), (10, 7)]),
        (
            [short(("甲", AT, 10)), listed(("甲", SECOND, 20)), short(("乙", AT, 30)), listed(("乙", SECOND, 40))],
            [(40, 7)],
        ),
        ([listed(("甲", SECOND, 90)), listed(("甲", AT, 100), likes=8)], [(100, 8)]),
        ([listed(("甲", AT, 90)), listed(("甲", SECOND, 100), likes=8)], [(100, 8)]),
        ([listed(("甲", AT, 90)), listed(("甲", AT, 100), likes=8)], [(100, 8)]),
        ([listed(("甲", SECOND, 90)), listed(("甲", AT, 100), state="自见")], []),
        ([listed(("甲", SECOND, 90), state="自见"), listed(("甲", AT, 100))], [(100, 7)]),
        ([listed(("甲", SECOND, 90)), listed(("乙", AT, 100))], [(90, 7), (100, 7)]),
        ([listed(("甲", AT, 90)), short(("甲", AT, 100))], [(100, 7)]),
        ([listed(("甲", SECOND, 80)), listed(("甲", AT, 90), likes=8), short(("甲", AT, 100))], [(100, 8)]),
        ([listed(("甲", SECOND, 1)), listed(("甲", AT, 2), ("甲", AT, 3), likes=8)], [(2, 8), (3, 8)]),
        ([listed(("甲", AT, 1), ("乙", AT, 2)), listed(("乙", AT, 3), likes=8)], [(1, 7), (3, 8)]),
    ],
    ids=[
        "alone", "later minute", "later second", "missing later", "missing in the list", "two of them", "other title",
        "other minute", "private", "two of one title", "one of two", "title edited",
        "list without seconds", "seconds later", "never seconds", "made private", "made public", "another title",
        "list without seconds and short", "all three", "two without seconds", "one of a minute",
    ],
)  # fmt: skip
async def test_one_work_of_two_files_counts_once(
    scorer: Scorer, database: Pool, files: Sequence[list[Row]], expected: list[tuple[int, int | None]]
) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "zhangsan")
    for number, table in enumerate(files):
        at = EXPORTED_AT + timedelta(days=number)
        upload = await an_upload(contest, scorer.files, "a.csv", delimited(table), account=account, exported_at=at)
        await do(scorer, upload)
    assert await database.fetchval("select count(*) from uploads where state = 'ACCEPTED'") == len(files)
    opens_at, closes_at = (datetime(2021, month, day, 16, tzinfo=UTC) for month, day in ((7, 19), (8, 31)))
    span = opens_at, closes_at, opens_at, EXPORTED_AT.replace(year=2022)
    async with database.acquire() as connection:
        extent = Extent(contest.id, contest.round_id, 99, datetime.now(UTC), *span)
        ((figures,),) = [slice_ async for slice_ in load_figures(connection, extent)]
    assert sorted(zip(figures.works.plays, figures.works.likes, strict=True)) == expected
    explained = await list_facts(database, await a_run(contest), account.contestant_id, Source.WORKS)
    assert sorted((fact.figures["plays"], fact.figures["likes"]) for fact in explained) == expected
