"""Runs compared on a real database, with each other and with rules that nobody has saved."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from tests.factories import (
    EXPORTED_AT,
    RULES,
    AContest,
    AnAccount,
    a_comparison,
    a_contest,
    a_run,
    a_scored_run,
    an_account,
    an_upload,
)
from tests.scorer.doing import do, row, tuples
from tests.scorer.files import works

AT = "2021-07-21 08:00:00"
ONE_PLACE = RULES.replace("places = 2\n", "places = 1\n")
ROWS = """select contestant_id, position, base_rank, other_rank, base_total::text, other_total::text, finalist_change
    from comparison_rows order by position"""


@pytest.fixture
async def contest(scorer: Scorer) -> AContest:
    return await a_contest(scorer.pool, rules=ONE_PLACE)


@pytest.fixture
async def people(scorer: Scorer, contest: AContest) -> list[AnAccount]:
    """Three of one city with 300, 200 and 100 plays."""
    found = []
    for number, handle in enumerate(("ann", "bob", "cai")):
        account = await an_account(contest, handle)
        await plays(scorer, contest, account, 300 - 100 * number)
        found.append(account)
    return found


async def plays(scorer: Scorer, contest: AContest, account: AnAccount, count: int, *, day: int = 0) -> UUID:
    """A file that tells of one work with so many plays, accepted."""
    later = EXPORTED_AT + timedelta(days=day)
    upload = await an_upload(
        contest, scorer.files, f"{day}.csv", works(("作品", AT, count)), account=account, exported_at=later
    )
    await do(scorer, upload)
    return upload


async def a_result(scorer: Scorer, contest: AContest) -> UUID:
    run = await a_run(contest)
    await do(scorer, run)
    return run


async def test_an_upload_moves_its_owner_past_another(
    scorer: Scorer, contest: AContest, people: list[AnAccount]
) -> None:
    ann, bob, cai = (account.contestant_id for account in people)
    base = await a_result(scorer, contest)
    upload = await plays(scorer, contest, people[1], 600, day=1)
    other = await a_result(scorer, contest)
    comparison = await a_comparison(contest, base, other)
    await do(scorer, comparison)

    assert await tuples(scorer.pool, ROWS) == [
        (ann, 1, 1, 2, "60.00", "30.00", "LEAVES"),
        (bob, 2, 2, 1, "40.00", "60.00", "ENTERS"),
        (cai, 3, 3, 3, "20.00", "10.00", None),
    ]
    causes = {
        who: [(each["metric"], each["cause"]) for each in found]
        for who, found in await tuples(scorer.pool, "select contestant_id, causes from comparison_rows")
    }
    assert causes == {ann: [("plays", "OTHERS")], bob: [("plays", "FIGURES")], cai: [("plays", "OTHERS")]}
    uploads = dict(await tuples(scorer.pool, "select contestant_id, uploads from comparison_rows"))
    assert uploads == {ann: [], bob: [{"upload": str(upload), "side": "OTHER"}], cai: []}
    ended = await row(scorer.pool, "comparisons", comparison)
    assert ended["state"] == "READY"
    assert ended["summary"] == {
        "people": 3,
        "up": 1,
        "down": 1,
        "enter": 1,
        "leave": 1,
        "only_base": 0,
        "only_other": 0,
        "most_ranks": 1,
        "most_points": "30.00",
        "changed": 3,
        "uploads": {"added": 1, "gone": 0},
        "teams": [],
        "awards_changed": 0,
        "awards": [],
        "rules": [],
    }


async def test_a_withdrawn_upload_is_named_on_the_side_that_had_it(
    scorer: Scorer, contest: AContest, people: list[AnAccount]
) -> None:
    upload = await plays(scorer, contest, people[1], 600, day=1)
    base = await a_result(scorer, contest)
    async with scorer.pool.acquire() as connection, connection.transaction():
        await connection.execute("update uploads set withdrawn_reason = '传错了' where id = $1", upload)
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, upload)
    await do(scorer, upload)
    await do(scorer, await a_comparison(contest, base, await a_result(scorer, contest)))
    told = "select uploads from comparison_rows where contestant_id = $1"
    assert await tuples(scorer.pool, told, people[1].contestant_id) == [([{"upload": str(upload), "side": "BASE"}],)]


async def test_a_run_compared_with_its_equal_has_no_rows(
    scorer: Scorer, contest: AContest, people: list[AnAccount]
) -> None:
    comparison = await a_comparison(contest, await a_result(scorer, contest), await a_result(scorer, contest))
    await do(scorer, comparison)
    assert await tuples(scorer.pool, ROWS) == []
    summary = (await row(scorer.pool, "comparisons", comparison))["summary"]
    assert (summary["people"], summary["changed"], summary["uploads"]) == (3, 0, {"added": 0, "gone": 0})


async def test_whoever_was_approved_in_between_is_in_one_of_them_only(
    scorer: Scorer, contest: AContest, people: list[AnAccount]
) -> None:
    base = await a_result(scorer, contest)
    dan = await an_account(contest, "dan")
    await do(scorer, await a_comparison(contest, base, await a_result(scorer, contest)))
    assert await tuples(scorer.pool, ROWS) == [(dan.contestant_id, 1, None, 4, None, "0.00", None)]


REWARDED = """
[teams]
score = "sum"

[[awards]]
key = "FIRST"
title = "一等奖"
of = "person"
places = 1
tie_at_cut = "all in"

[[awards]]
key = "TEAM"
title = "优胜团队"
of = "team"
places = 1
tie_at_cut = "all in"
"""


async def test_teams_and_awards_of_a_what_if_are_told_beside_those_of_the_run(
    scorer: Scorer, contest: AContest, people: list[AnAccount]
) -> None:
    base = await a_result(scorer, contest)  # its rules know neither
    comparison = await a_comparison(contest, base, rules=ONE_PLACE + REWARDED)
    await do(scorer, comparison)
    summary = (await row(scorer.pool, "comparisons", comparison))["summary"]
    city = str(contest.cities[0])
    assert [(team["city"], team["base"], team["other"]["rank"]) for team in summary["teams"]] == [(city, None, 1)]
    given = [(one["award"], one["contestant"], one["side"]) for one in summary["awards"]]
    assert given == [("FIRST", str(people[0].contestant_id), "OTHER"), ("TEAM", None, "OTHER")]
    assert summary["awards_changed"] == 2


WHAT_IF = ONE_PLACE.replace("weight = 60", "weight = 50").replace("weight = 40", "weight = 50")


async def test_a_what_if_sees_what_its_run_saw_and_leaves_nothing_but_its_comparison(
    scorer: Scorer, contest: AContest, people: list[AnAccount]
) -> None:
    ann, bob, cai = (account.contestant_id for account in people)
    base = await a_result(scorer, contest)
    await plays(scorer, contest, people[2], 9000, day=1)  # later than the run
    await an_account(contest, "dan")  # likewise
    untouched = [
        f"select count(*), md5(string_agg(t::text, '|' order by t::text)) from {table} t"
        for table in ("scoring_runs", "scores", "finalists", "rules", "rounds", "contests", "messages")
    ]
    before = [await tuples(scorer.pool, query) for query in untouched]
    comparison = await a_comparison(contest, base, rules=WHAT_IF)
    await do(scorer, comparison)

    assert [await tuples(scorer.pool, query) for query in untouched] == before
    assert await tuples(scorer.pool, ROWS) == [
        (ann, 1, 1, 1, "60.00", "50.00", None),
        (bob, 2, 2, 2, "40.00", "33.33", None),
        (cai, 3, 3, 3, "20.00", "16.67", None),
    ]
    summary = (await row(scorer.pool, "comparisons", comparison))["summary"]
    assert summary["rules"] == [
        {"place": "items.SHORT_VIDEO.weight", "base": "60", "other": "50"},
        {"place": "items.SALES.weight", "base": "40", "other": "50"},
    ]
    assert {
        each["cause"] for (found,) in await tuples(scorer.pool, "select causes from comparison_rows") for each in found
    } == {"RULE"}


async def test_a_what_if_that_gives_no_result_fails_with_its_reason(
    scorer: Scorer, contest: AContest, people: list[AnAccount]
) -> None:
    blocking = ONE_PLACE.replace('missing = "zero"', 'missing = "block"')  # nobody has a file of orders
    comparison = await a_comparison(contest, await a_result(scorer, contest), rules=blocking)
    await do(scorer, comparison)
    ended = await row(scorer.pool, "comparisons", comparison)
    assert (ended["state"], ended["error"]["code"]) == ("FAILED", "FIGURES_MISSING")
    assert await tuples(scorer.pool, ROWS) == []


async def test_a_what_if_may_let_others_in_or_carry_another_round(
    scorer: Scorer, contest: AContest, people: list[AnAccount]
) -> None:
    """Here the best of an earlier round, which has no result at first."""
    earlier = await an_earlier_round(contest)
    base = await a_result(scorer, contest)
    only_the_best = ONE_PLACE + '\n[entry]\nbest = 1\nof_round = "heats"\n'
    refused = await a_comparison(contest, base, rules=only_the_best)
    await do(scorer, refused)
    ended = await row(scorer.pool, "comparisons", refused)
    assert (ended["state"], ended["error"]) == (
        "FAILED",
        {"code": "ROUND_WITHOUT_EARLIER_RESULT", "parameters": {"round": "预赛"}},
    )
    result = await a_scored_run(replace(contest, round_id=earlier), [people[2], people[0]])
    await scorer.pool.execute("update rounds set adopted_run_id = $2 where id = $1", earlier, result)
    await do(scorer, await a_comparison(contest, base, rules=only_the_best))
    ann, bob, cai = (account.contestant_id for account in people)
    assert {who: (was, is_now) for who, _, was, is_now, *_ in await tuples(scorer.pool, ROWS)} == {
        ann: (1, None),
        bob: (2, None),
        cai: (3, 1),
    }


async def an_earlier_round(contest: AContest) -> UUID:
    key = new_id()
    await contest.pool.execute(
        "insert into rounds (id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until,"
        " uploads_until, position) values ($1, $2, 'heats', '预赛', '2021-06-01+08', '2021-07-01+08', '2021-06-01+08',"
        " '2021-07-10+08', '2100-01-01+08', 1)",
        *(key, contest.id),
    )
    return key
