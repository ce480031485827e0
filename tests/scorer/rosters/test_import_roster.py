"""Recommendation tables become contestants, line by line."""

from typing import Any
from uuid import UUID

from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.files import FileStore
from tests.factories import AContest, a_contest, a_roster_import
from tests.scorer.doing import do, row
from tests.scorer.files import roster

ZHANG = ("张三", "420106199001011231", "13812341234", "抖音: zhangsan")
LI = ("李四", "42010619900102123X", "13812341235", "快手：lisi")
WANG = ("王五", "420106199001031237", "13812341236", "抖音: wangwu")


def _with_check_digit(number: str) -> str:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return number[:17] + "10X98765432"[sum(int(n) * w for n, w in zip(number[:17], weights, strict=True)) % 11]


ZHANG, LI, WANG = ((n, _with_check_digit(i), p, a) for n, i, p, a in (ZHANG, LI, WANG))


async def imported(
    scorer: Scorer, contest: AContest, content: bytes, *, dry_run: bool = False
) -> tuple[Any, list[tuple[str, int | None]]]:
    """The import's row, and its problems as (code, line)."""
    import_id: UUID = await a_roster_import(contest, scorer.files, content, dry_run=dry_run)
    await do(scorer, import_id)
    done = await row(scorer.pool, "roster_imports", import_id)
    return done, [(problem["code"], problem["line"]) for problem in done["problems"]]


async def test_people_are_added_sealed_and_numbered(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    done, problems = await imported(scorer, contest, roster(ZHANG, LI))

    assert (done["state"], done["lines_read"], done["lines_new"], problems) == ("DONE", 2, 2, [])
    assert (done["city_id"], done["division_id"]) == (contest.cities[0], contest.divisions[1])
    people = await database.fetch("select * from contestants order by number")
    assert [(p["number"], p["name"], p["eligibility"]) for p in people] == [
        (1, "张三", "APPROVED"),
        (2, "李四", "APPROVED"),
    ]
    assert scorer.vault.open(people[0]["phone_sealed"], people[0]["id"]) == ZHANG[2]
    assert scorer.vault.open(people[0]["id_number_sealed"], people[0]["id"]) == ZHANG[1]
    assert people[0]["followers_claimed"] == 15_000
    accounts = await database.fetch("select platform, handle from accounts order by handle desc")
    assert [tuple(account) for account in accounts] == [("DOUYIN", "zhangsan"), ("KUAISHOU", "lisi")]
    assert await database.fetchval("select version from contests") > 0


async def test_a_dry_run_finds_out_the_same_and_writes_nothing(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    broken = ("赵六", "123", "13812341234", "抖音: zhaoliu")
    done, problems = await imported(scorer, contest, roster(ZHANG, broken), dry_run=True)
    assert (done["state"], done["lines_new"], done["lines_refused"]) == ("DONE", 1, 1)
    assert problems == [("ID_NUMBER_INVALID", 6)]
    assert await database.fetchval("select count(*) from contestants") == 0


async def test_again_it_updates_and_never_exchanges_an_account(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await imported(scorer, contest, roster(ZHANG, LI))
    moved = (*ZHANG[:2], "13999999999", ZHANG[3])
    exchanged = (*LI[:3], "快手：another")
    done, problems = await imported(scorer, contest, roster(moved, exchanged))
    assert (done["lines_new"], done["lines_updated"], done["lines_unchanged"]) == (0, 1, 0)
    assert problems == [("ROSTER_ACCOUNT_FIXED", 6)]
    phone = await database.fetchrow("select id, phone_sealed from contestants where name = '张三'")
    assert phone is not None
    assert scorer.vault.open(phone["phone_sealed"], phone["id"]) == "13999999999"

    done, problems = await imported(scorer, contest, roster(moved, LI))
    assert (done["lines_updated"], done["lines_unchanged"], problems) == (0, 2, [])


async def test_one_person_and_one_account_once(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    await imported(scorer, contest, roster(ZHANG))
    taken = (*WANG[:3], "抖音: ZhangSan")
    elsewhere = {"city": "恩施", "division": "trainee"}
    done, problems = await imported(scorer, contest, roster(ZHANG, LI, **elsewhere))
    assert problems == [("ROSTER_PERSON_ELSEWHERE", 5)]
    assert (done["lines_new"], done["lines_refused"], done["city_id"]) == (1, 1, contest.cities[1])
    _, problems = await imported(scorer, contest, roster(taken, **elsewhere))
    assert problems == [("ROSTER_ACCOUNT_TAKEN", 5)]
    assert await database.fetchval("select count(*) from contestants") == 2


async def test_lines_beyond_the_quota_are_named(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, 2)",
        *(contest.id, contest.cities[0], contest.divisions[1]),
    )
    await imported(scorer, contest, roster(ZHANG))
    done, problems = await imported(scorer, contest, roster(ZHANG, LI, WANG))
    assert (done["lines_new"], done["lines_unchanged"]) == (1, 1)
    assert problems == [("OVER_QUOTA", 7)]


async def test_a_city_that_is_not_the_contests_refuses_the_file(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    done, problems = await imported(scorer, contest, roster(ZHANG, city="长沙市"))
    assert (done["state"], problems) == ("REFUSED", [("ROSTER_CITY_UNKNOWN", None)])
    assert await database.fetchval("select count(*) from contestants") == 0


async def test_nobody_is_recommended_for_a_division_of_self_registered_people(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database)
    await database.execute("update divisions set entry_ways = '{SELF_REGISTERED}' where id = $1", contest.divisions[1])
    done, problems = await imported(scorer, contest, roster(ZHANG))
    assert (done["state"], problems) == ("REFUSED", [("ROSTER_DIVISION_SELF_REGISTERED", None)])
    assert await database.fetchval("select count(*) from contestants") == 0
