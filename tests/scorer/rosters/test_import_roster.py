"""Recommendation tables become contestants, line by line."""

from itertools import cycle
from typing import Any

import pytest

from services.api.submissions.form import FormLine, Head, city_form
from services.scorer.context import Scorer
from services.scorer.jobs.sweep import sweep
from services.shared.audit.store import HIDDEN
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.storage import FileStore
from services.shared.vocabulary import Eligibility, EntryWay, ImportPolicy, Platform, Role
from tests.factories import AContest, APerson, a_contest, a_person, a_roster_import
from tests.kept import keys, put
from tests.lists import a_recommended, id_number
from tests.people import a_submission, a_window
from tests.scorer.doing import do, row
from tests.scorer.files import roster

ZHANG = ("张三", "420106199001011231", "13812341234", "抖音: zhangsan")
LI = ("李四", "42010619900102123X", "13812341235", "快手：lisi")
WANG = ("王五", "420106199001031237", "13812341236", "抖音: wangwu")
BROKEN = ("赵六", "123", "13812341234", "抖音: zhaoliu")
ELSEWHERE = {"city": "恩施", "division": "trainee"}


def _with_check_digit(number: str) -> str:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return number[:17] + "10X98765432"[sum(int(n) * w for n, w in zip(number[:17], weights, strict=True)) % 11]


ZHANG, LI, WANG = ((n, _with_check_digit(i), p, a) for n, i, p, a in (ZHANG, LI, WANG))


async def imported(
    scorer: Scorer,
    contest: AContest,
    content: bytes,
    *,
    dry_run: bool = False,
    policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING,
    by: APerson | None = None,
) -> tuple[Any, list[tuple[str, int | None]]]:
    """The import's row, and its problems as (code, line)."""
    import_id = await a_roster_import(contest, scorer.files, content, dry_run=dry_run, policy=policy, by=by)
    await do(scorer, import_id)
    done = await row(scorer.pool, "roster_imports", import_id)
    return done, [(problem["code"], problem["line"]) for problem in done["problems"]]


def counted(done: Any) -> tuple[int, ...]:
    """New, updated, unchanged, refused; of the refused: duplicate, over quota."""
    names = ("new", "updated", "unchanged", "refused", "duplicate", "over_quota")
    return tuple(done[f"lines_{name}"] for name in names)


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


async def people(database: Pool) -> int:
    count: int = await database.fetchval("select count(*) from contestants")
    return count


async def test_people_are_added_sealed_and_numbered(scorer: Scorer, database: Pool, contest: AContest) -> None:
    done, problems = await imported(scorer, contest, roster(ZHANG, LI))

    assert (done["state"], done["lines_read"], done["lines_new"], problems) == ("DONE", 2, 2, [])
    assert (done["city_id"], done["division_id"]) == (contest.cities[0], contest.divisions[1])
    found = await database.fetch("select * from contestants order by number")
    assert [(p["number"], p["name"], p["eligibility"], p["review_step"]) for p in found] == [
        (1, "张三", "PENDING", "CITY"),
        (2, "李四", "PENDING", "CITY"),
    ]
    assert scorer.vault.open(found[0]["phone_sealed"], found[0]["id"]) == ZHANG[2]
    assert scorer.vault.open(found[0]["id_number_sealed"], found[0]["id"]) == ZHANG[1]
    assert found[0]["followers_claimed"] == 15_000
    accounts = await database.fetch("select platform, handle from accounts order by handle desc")
    assert [tuple(account) for account in accounts] == [("DOUYIN", "zhangsan"), ("KUAISHOU", "lisi")]
    assert await database.fetchval("select version from contests") > 0


async def test_a_dry_run_finds_out_the_same_and_writes_nothing(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    done, problems = await imported(scorer, contest, roster(ZHANG, BROKEN), dry_run=True)
    assert (done["state"], counted(done), problems) == ("DONE", (1, 0, 0, 1, 0, 0), [("ID_NUMBER_INVALID", 6)])
    await a_recommended(contest, scorer.vault, "张三", ZHANG[1], city=1)
    done, problems = await imported(scorer, contest, roster(ZHANG), dry_run=True)
    assert problems == [("ROSTER_PERSON_ELSEWHERE", 5)]
    assert await people(database) == 1
    assert await database.fetchval("select count(*) from double_entries") == 0
    assert await database.fetchval("select count(*) from audit_entries") == 0


async def test_one_refused_line_keeps_everybody_out_unless_good_rows_were_asked_for(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    table = roster(ZHANG, BROKEN, LI)
    done, problems = await imported(scorer, contest, table)
    assert (done["state"], counted(done)) == ("REFUSED", (2, 0, 0, 1, 0, 0))
    assert problems == [("ID_NUMBER_INVALID", 6)]
    assert await people(database) == 0
    done, problems = await imported(scorer, contest, table, policy=ImportPolicy.GOOD_ROWS)
    assert (done["state"], counted(done), problems) == ("DONE", (2, 0, 0, 1, 0, 0), [("ID_NUMBER_INVALID", 6)])
    assert await people(database) == 2


async def test_again_it_updates_and_says_which_fields_without_their_values(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    await imported(scorer, contest, roster(ZHANG, LI))
    moved = ("张三三", ZHANG[1], "13999999999", ZHANG[3])
    done, problems = await imported(scorer, contest, roster(moved, LI))
    assert (counted(done), problems) == ((0, 1, 1, 0, 0, 0), [])
    assert done["changes"] == [{"line": 5, "number": 1, "fields": ["name", "phone"]}]
    found = await database.fetchrow("select id, phone_sealed from contestants where name = '张三三'")
    assert found is not None
    assert scorer.vault.open(found["phone_sealed"], found["id"]) == "13999999999"


async def test_an_account_is_exchanged_only_until_somebody_is_approved(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    await imported(scorer, contest, roster(ZHANG))
    await database.execute("update contestants set eligibility = 'APPROVED', approved_at = now()")
    exchanged = (*ZHANG[:3], "快手：another")
    done, problems = await imported(scorer, contest, roster(exchanged))
    assert (done["state"], problems) == ("REFUSED", [("ACCOUNT_FIXED", 5)])
    done, problems = await imported(scorer, contest, roster(("张三三", *ZHANG[1:])))
    assert (done["state"], problems) == ("REFUSED", [("NAME_FIXED", 5)])
    await database.execute("update contestants set eligibility = 'RETURNED', approved_at = null")
    done, problems = await imported(scorer, contest, roster(exchanged))
    assert (done["state"], problems) == ("DONE", [])
    assert done["changes"] == [{"line": 5, "number": 1, "fields": ["account"]}]
    sent = await database.fetchrow("select eligibility, review_step, decision from contestants, eligibility_reviews")
    assert sent is not None
    assert tuple(sent) == ("PENDING", "CITY", "SENT_AGAIN")
    account = await database.fetchrow("select platform, handle from accounts")
    assert account is not None
    assert tuple(account) == ("KUAISHOU", "another")


@pytest.mark.parametrize(
    ("city", "division", "way"),
    [
        (1, 1, EntryWay.RECOMMENDED),
        (0, 0, EntryWay.RECOMMENDED),
        (0, 1, EntryWay.SELF_REGISTERED),
    ],
    ids=["another city", "another division", "by themselves"],
)
async def test_who_is_entered_elsewhere_is_refused_and_a_person_decides(
    scorer: Scorer, database: Pool, contest: AContest, city: int, division: int, way: EntryWay
) -> None:
    known = await a_recommended(contest, scorer.vault, "张三", ZHANG[1], city=city, division=division, way=way)
    for _ in range(2):
        done, problems = await imported(scorer, contest, roster(ZHANG, LI))
        assert (done["state"], counted(done)) == ("REFUSED", (1, 0, 0, 1, 1, 0))
        assert problems == [("ROSTER_PERSON_ELSEWHERE", 5)]
    asked = await database.fetch("select contestant_id, city_id, division_id, entry_way, decision from double_entries")
    assert [tuple(one) for one in asked] == [(known, contest.cities[0], contest.divisions[1], "RECOMMENDED", None)]
    assert await people(database) == 1
    told = await database.fetch("select code, city_id, parameters from messages order by code")
    made: list[tuple[Any, ...]] = [("DOUBLE_ENTRY_MADE", contest.cities[0], {})] if city else []
    to_decide = ("DOUBLE_ENTRY_TO_DECIDE", None, {"number": 1})
    found = ("DOUBLE_ENTRY_FOUND", contest.cities[city], {"number": 1})
    assert [tuple(one) for one in told] == [found, *made, to_decide]
    kept = await database.fetch("select action, city_id, contestant_id, login like 'user-%' from audit_entries")
    assert [tuple(one) for one in kept] == [("FIND_DOUBLE_ENTRY", contest.cities[0], known, True)]


async def test_one_account_once(scorer: Scorer, database: Pool, contest: AContest) -> None:
    await imported(scorer, contest, roster(ZHANG))
    taken = (*WANG[:3], "抖音: ZhangSan")
    done, problems = await imported(scorer, contest, roster(taken, **ELSEWHERE))
    assert (counted(done), problems) == ((0, 0, 0, 1, 1, 0), [("ACCOUNT_REGISTERED", 5)])
    assert await people(database) == 1


async def test_lines_beyond_the_quota_are_named(scorer: Scorer, database: Pool, contest: AContest) -> None:
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, 2)",
        *(contest.id, contest.cities[0], contest.divisions[1]),
    )
    await imported(scorer, contest, roster(ZHANG))
    done, problems = await imported(scorer, contest, roster(ZHANG, LI, WANG), policy=ImportPolicy.GOOD_ROWS)
    assert (counted(done), problems) == ((1, 0, 1, 1, 0, 1), [("QUOTA_FULL", 7)])


async def test_who_withdrew_comes_back_under_the_same_number_and_who_was_rejected_does_not(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    await imported(scorer, contest, roster(ZHANG, LI))
    await database.execute("update contestants set withdrawn_at = now() where number = 1")
    await database.execute("update contestants set eligibility = 'REJECTED' where number = 2")
    done, problems = await imported(scorer, contest, roster(ZHANG, LI), policy=ImportPolicy.GOOD_ROWS)
    assert (counted(done), problems) == ((1, 0, 0, 1, 0, 0), [("PERSON_REJECTED", 6)])
    found = await database.fetch("select number, withdrawn_at, eligibility from contestants order by number")
    assert [tuple(one) for one in found] == [(1, None, "PENDING"), (2, None, "REJECTED")]
    await database.execute("update contestants set withdrawn_at = now() where number = 2")
    done, problems = await imported(scorer, contest, roster(LI))
    assert (done["state"], problems) == ("REFUSED", [("PERSON_REJECTED", 5)])


async def test_whoever_was_let_in_as_somebody_is_shut_out_when_a_table_brings_them_back(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    await imported(scorer, contest, roster(ZHANG), by=clerk)
    who = await database.fetchval("update contestants set withdrawn_at = now() returning id")
    before = await a_person(database, Role.CONTESTANT, contest, contestant=who)
    elsewhere = await a_person(database, Role.CONTESTANT, contest, contestant=who)
    await database.execute(
        "insert into grants (id, user_id, role, contest_id) values ($1, $2, 'JUDGE', $3)",
        *(new_id(), elsewhere.user_id, contest.id),
    )
    await imported(scorer, contest, roster(ZHANG), by=clerk)
    assert await database.fetchval("select count(*) from grants where contestant_id = $1", who) == 0
    sessions = await database.fetch("select user_id from sessions order by created_at")
    assert [one["user_id"] for one in sessions] == [clerk.user_id, elsewhere.user_id]  # a judge stays signed in
    ended = await database.fetch("select subject_id, user_id from audit_entries where action = 'REVOKE_GRANT'")
    assert {tuple(one) for one in ended} == {(before.user_id, clerk.user_id), (elsewhere.user_id, clerk.user_id)}


async def test_everybody_is_in_the_record_under_the_uploaders_name_without_a_number_of_theirs(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    await imported(scorer, contest, roster(ZHANG), by=clerk)
    done, _ = await imported(scorer, contest, roster((*ZHANG[:2], "13999999999", ZHANG[3]), LI), by=clerk)
    kept = await database.fetch("select * from audit_entries order by action, id")
    who = await database.fetch("select id from contestants order by number")
    assert [(one["action"], one["subject_id"], one["city_id"], one["user_id"], one["login"]) for one in kept] == [
        ("RECOMMEND_CONTESTANT", who[0]["id"], contest.cities[0], clerk.user_id, clerk.login),
        ("RECOMMEND_CONTESTANT", who[1]["id"], contest.cities[0], clerk.user_id, clerk.login),
        ("UPDATE_BY_ROSTER", who[0]["id"], contest.cities[0], clerk.user_id, clerk.login),
    ]
    assert kept[1]["changes"] == {"rosterImport": [None, str(done["id"])], "number": [None, 2]}
    assert kept[2]["changes"] == {"rosterImport": [None, str(done["id"])], "phone": [HIDDEN, HIDDEN]}


async def test_a_city_imports_its_own_table_and_hears_nothing_of_another(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    done, problems = await imported(scorer, contest, roster(ZHANG), by=leader)
    unknown, of_unknown = await imported(scorer, contest, roster(ZHANG, city="长沙市"), by=leader)
    assert problems == of_unknown == [("ROSTER_CITY_NOT_YOURS", None)]
    assert (done["state"], done["city_id"], counted(done)) == ("REFUSED", None, counted(unknown))
    assert await people(database) == 0
    done, problems = await imported(scorer, contest, roster(ZHANG, city="恩施"), by=leader)
    assert (done["state"], done["city_id"], problems) == ("DONE", contest.cities[1], [])


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.JUDGE, None])
async def test_whoever_may_import_no_longer_imports_nothing(
    scorer: Scorer, database: Pool, contest: AContest, role: Role | None
) -> None:
    done, problems = await imported(scorer, contest, roster(ZHANG), by=await a_person(database, role, contest))
    assert (done["state"], problems) == ("REFUSED", [("ROSTER_CITY_NOT_YOURS", None)])
    assert await people(database) == 0


async def test_a_table_is_taken_within_its_time_and_while_the_list_is_open(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    await a_window(contest, EntryWay.RECOMMENDED, closes="2021-07-08+08")
    done, problems = await imported(scorer, contest, roster(ZHANG))
    assert (done["state"], problems) == ("REFUSED", [("ENTRY_CLOSED", None)])
    await a_window(contest, EntryWay.RECOMMENDED)
    await a_submission(contest)
    done, problems = await imported(scorer, contest, roster(ZHANG))
    assert (done["state"], problems) == ("REFUSED", [("LIST_LOCKED", None)])
    tried, problems = await imported(scorer, contest, roster(ZHANG, BROKEN), dry_run=True)
    assert (tried["state"], problems[0]) == ("REFUSED", ("LIST_LOCKED", None))
    assert counted(tried) == (1, 0, 0, 1, 0, 0)
    assert await people(database) == 0
    done, problems = await imported(scorer, contest, roster(ZHANG, city="恩施"))
    assert (done["state"], problems) == ("DONE", [])


async def test_a_table_of_a_list_opened_again_is_taken_after_its_time(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    await a_submission(contest)
    await database.execute("update submissions set state = 'REOPENED'")
    await a_window(contest, EntryWay.RECOMMENDED, closes="2021-07-08+08")
    done, problems = await imported(scorer, contest, roster(ZHANG, city="恩施"))
    assert (done["state"], problems) == ("REFUSED", [("ENTRY_CLOSED", None)])
    done, problems = await imported(scorer, contest, roster(ZHANG))
    assert (done["state"], problems) == ("DONE", [])


async def test_nothing_is_taken_by_a_way_that_is_not_planned(scorer: Scorer, database: Pool, contest: AContest) -> None:
    await database.execute("delete from entry_windows where entry_way = 'RECOMMENDED'")
    done, problems = await imported(scorer, contest, roster(ZHANG))
    assert (done["state"], problems) == ("REFUSED", [("ENTRY_NOT_PLANNED", None)])
    assert await people(database) == 0


async def test_a_city_that_is_not_the_contests_refuses_the_file(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    done, problems = await imported(scorer, contest, roster(ZHANG, city="长沙市"))
    assert (done["state"], problems) == ("REFUSED", [("ROSTER_CITY_UNKNOWN", None)])
    assert await people(database) == 0


async def test_nobody_is_recommended_for_a_division_of_self_registered_people(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    await database.execute("update divisions set entry_ways = '{SELF_REGISTERED}' where id = $1", contest.divisions[1])
    done, problems = await imported(scorer, contest, roster(ZHANG))
    assert (done["state"], problems) == ("REFUSED", [("DIVISION_NOT_RECOMMENDED", None)])
    assert await people(database) == 0


async def bytes_of(files: FileStore, done: Any) -> bool:
    return any(str(done["upload_id"]) in key for key in await keys(files))


async def test_the_file_is_deleted_once_its_people_are_in_and_only_then(
    scorer: Scorer, database: Pool, contest: AContest, files: FileStore
) -> None:
    for table, dry_run, stays in (
        (roster(ZHANG), True, True),
        (roster(BROKEN), False, True),
        (roster(ZHANG), False, False),
    ):
        done, _ = await imported(scorer, contest, table, dry_run=dry_run)
        assert await bytes_of(files, done) is stays
    assert await database.fetchval("select count(*) from uploads where bytes_at is null") == 1
    await database.execute(
        "insert into roster_imports (id, contest_id, upload_id, dry_run, created_by, state)"
        " select $1, contest_id, upload_id, false, created_by, 'QUEUED' from roster_imports where id = $2",
        *(contest.id, done["id"]),
    )
    await database.execute(
        "update jobs set subject_id = $1, state = 'QUEUED' where subject_id = $2", contest.id, done["id"]
    )
    await do(scorer, contest.id)
    again = await row(database, "roster_imports", contest.id)
    assert (again["state"], [one["code"] for one in again["problems"]]) == ("REFUSED", ["ORIGINAL_DELETED"])


async def test_the_sweeper_deletes_what_lies_for_a_week_or_was_left_by_a_broken_import(
    scorer: Scorer, database: Pool, contest: AContest, files: FileStore
) -> None:
    tried, _ = await imported(scorer, contest, roster(ZHANG), dry_run=True)
    await sweep(scorer)
    assert await bytes_of(files, tried)
    await database.execute("update uploads set bytes_at = now() - interval '7 days'")
    await sweep(scorer)
    assert not await bytes_of(files, tried)
    left, _ = await imported(scorer, contest, roster(ZHANG))
    await put(files, f"uploads/{left['upload_id']}", b"left")
    await database.execute("update uploads set bytes_at = now() where id = $1", left["upload_id"])
    await sweep(scorer)
    assert not await bytes_of(files, left)


async def test_a_rejected_person_does_not_count_towards_the_quota(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, 1)",
        *(contest.id, contest.cities[0], contest.divisions[1]),
    )
    await a_recommended(contest, scorer.vault, "李四", LI[1], division=1, eligibility=Eligibility.REJECTED)
    done, problems = await imported(scorer, contest, roster(ZHANG))
    assert (done["state"], problems) == ("DONE", [])


async def test_the_form_exported_whole_brings_the_same_people_into_another_contest(
    scorer: Scorer, database: Pool, contest: AContest
) -> None:
    handles = [f"handle_{number}" for number in range(1, 31)]
    lines = [
        FormLine(f"选手{number}", id_number(number), f"138123400{number:02}", platform, handle, 500_000, "无", "党员")
        for number, (handle, platform) in enumerate(zip(handles, cycle(Platform), strict=False), start=1)
    ]
    done, problems = await imported(scorer, contest, city_form(Head("测试赛", "武汉市", "王五", "退役军人"), lines))
    assert (done["state"], done["lines_new"], problems) == ("DONE", 30, [])
    found = await database.fetch(
        "select p.*, a.platform, a.handle from contestants p join accounts a on a.contestant_id = p.id order by number"
    )
    opened = scorer.vault.open
    assert [
        FormLine(
            one["name"],
            opened(one["id_number_sealed"], one["id"]),
            opened(one["phone_sealed"], one["id"]),
            Platform(one["platform"]),
            one["handle"],
            one["followers_claimed"],
            one["experience"],
            one["remark"],
        )
        for one in found
    ] == lines
