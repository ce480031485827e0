"""What the lists of a revision show, and what they do not."""

from dataclasses import replace
from decimal import Decimal

from services.scorer.renditions.tables import Lists, written
from services.shared.publications.snapshot import PublishedStanding
from services.shared.vocabulary import Place, PublicationStage
from services.shared.words import Language
from tests.shared.publications.revisions import a_snapshot, a_standing


def headings(lists: Lists) -> list[str]:
    return [column.heading for column in lists.results().columns]


def test_everybody_stands_in_the_list_with_ranks_items_and_total() -> None:
    lists = Lists(a_snapshot(3), Language.ZH)
    assert headings(lists) == [
        "名次",
        "市内名次",
        "组内名次",
        "选手编号",
        "姓名",
        "市（州）",
        "组别",
        "账号",
        "短视频制作",
        "直播带货",
        "总分",
        "备注",
    ]
    first, _, third = lists.results().rows
    person = (1, 1, 1, 101, "张**", "武汉市", "全媒体运营师学员", "抖音 zh****n")
    assert first == (*person, Decimal("27.11"), Decimal("43.25"), Decimal("70.36"), "拟推荐、一等奖")
    assert third[3] == 103
    assert third[-1] == ""


def test_without_divisions_nothing_tells_them() -> None:
    shown = a_snapshot(2)
    hidden = replace(
        shown, standings=tuple(replace(line, division=None, division_rank=None) for line in shown.standings)
    )
    assert [name for name in headings(Lists(hidden, Language.ZH)) if "组" in name] == []
    assert [name for name in headings(Lists(hidden, Language.EN)) if "ivision" in name] == []


def test_a_void_result_says_so() -> None:
    snapshot = replace(a_snapshot(), standings=(replace(a_standing(3), void=True),))
    assert Lists(snapshot, Language.ZH).results().rows[0][-1] == "成绩作废"


def finalists(*people: tuple[str, Place | None]) -> tuple[PublishedStanding, ...]:
    return tuple(
        replace(a_standing(position), city=city, finalist=place)
        for position, (city, place) in enumerate(people, start=1)
    )


def test_finalists_stand_city_by_city_before_their_reserves() -> None:
    people = finalists(
        ("襄阳市", Place.RESERVE), ("武汉市", Place.STREAMER), ("襄阳市", Place.STREAMER), ("武汉市", None)
    )
    snapshot = replace(a_snapshot(), standings=people, cities=("武汉市", "恩施州", "襄阳市"))
    table = Lists(snapshot, Language.ZH).finalists()
    assert table is not None
    assert table.title == "拟推荐决赛选手名单"
    cities = [(part.title, [(row[3], row[-1]) for row in part.rows]) for part in table.by_city(Language.ZH)]
    assert cities == [
        ("武汉市（1 人）", [(102, "拟推荐")]),
        ("襄阳市（2 人）", [(103, "拟推荐"), (101, "候补")]),
    ]


def test_once_it_is_final_nobody_is_only_proposed() -> None:
    final = replace(a_snapshot(), stage=PublicationStage.FINAL)
    lists = Lists(final, Language.ZH)
    named = [lists.finalists(), lists.awards()]
    assert [table.title for table in named if table is not None] == ["决赛选手名单", "获奖名单"]
    assert lists.results().rows[0][-1] == "决赛选手、一等奖"


def test_lists_without_anybody_are_not_there() -> None:
    plain = tuple(replace(line, finalist=None, awards=()) for line in a_snapshot().standings)
    lists = Lists(replace(a_snapshot(), standings=plain, teams=(), awards=()), Language.ZH)
    assert (lists.finalists(), lists.awards(), lists.teams()) == (None, None, None)


def test_a_name_cannot_turn_its_line_around() -> None:
    assert written("张\u202e三\u2066\u200f") == "张三"
