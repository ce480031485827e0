"""Asking for comparisons and reading them, and that nobody but organisers learns of a what-if."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import (
    RULES,
    AContest,
    APerson,
    a_comparison,
    a_contest,
    a_person,
    a_run,
    a_scored_run,
    an_account,
)

COMPARE = """mutation ($input: CompareRunsInput!) { compareRuns(input: $input) {
  __typename
  ... on CompareRunsPayload { comparison { id state base { number } other { number } rulesDocument } }
  ... on InvalidRules { problems { line code } }
  ... on Error { code } } }"""
READ = """query ($id: ID!, $filter: ComparisonFilter, $first: Int!, $after: String) { node(id: $id) {
  ... on Comparison {
    state summary { up mostPoints rules { place base other } teams { city { name } base { rank total } other { rank } }
      awardsChanged awards { title side city { name } contestant { name } } } error { code }
    rows(filter: $filter, first: $first, after: $after) {
      totalCount pageInfo { endCursor hasNextPage }
      nodes { contestant { name } base { rank total place } other { rank } ranksUp pointsUp finalistChange
        items { item base other } causes { cause side metric baseValue otherPoints } uploads { side }
    } } } } }"""
LISTED = "query ($round: ID!) { comparisons(roundId: $round) { totalCount nodes { id } } }"
WHAT_IF = RULES.replace("weight = 60", "weight = 50").replace("weight = 40", "weight = 50")


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def test_two_runs_are_compared_once(ask: Ask, database: Pool, contest: AContest, organiser: APerson) -> None:
    accounts = [await an_account(contest, "a")]
    runs = [gid("ScoringRun", await a_scored_run(contest, accounts)) for _ in range(2)]
    given = {"baseRunId": runs[0], "otherRunId": runs[1]}
    answers = [(await ask(COMPARE, organiser, input=given))["compareRuns"] for _ in range(2)]
    asked = answers[0]["comparison"]
    assert answers[1]["comparison"]["id"] == asked["id"]
    assert {**asked, "id": ""} == {
        "id": "",
        "state": "QUEUED",
        "base": {"number": 1},
        "other": {"number": 2},
        "rulesDocument": None,
    }
    waiting = await database.fetch("select kind, state from jobs where kind = 'COMPARE_RUNS'")
    assert [tuple(row) for row in waiting] == [("COMPARE_RUNS", "QUEUED")]
    recorded = await database.fetch("select action from audit_entries where subject_type = 'Comparison'")
    assert [row["action"] for row in recorded] == ["COMPARE_RUNS"]


async def test_a_double_click_makes_one_what_if(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    run = gid("ScoringRun", await a_scored_run(contest, [await an_account(contest, "a")]))
    given = {"baseRunId": run, "rulesDocument": WHAT_IF, "idempotencyKey": "click"}
    answers = await asyncio.gather(*(ask(COMPARE, organiser, input=given) for _ in range(4)))
    assert len({answer["compareRuns"]["comparison"]["id"] for answer in answers}) == 1
    assert answers[0]["compareRuns"]["comparison"]["rulesDocument"] == WHAT_IF
    assert await database.fetchval("select count(*) from comparisons") == 1
    assert WHAT_IF not in str(await database.fetchval("select string_agg(changes::text, '') from audit_entries"))


async def test_what_cannot_be_compared_is_refused(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    account = await an_account(contest, "a")
    scored, waiting = await a_scored_run(contest, [account]), await a_run(contest)
    elsewhere = await a_contest(database)
    foreign = await a_scored_run(elsewhere, [await an_account(elsewhere, "b")])
    base = {"baseRunId": gid("ScoringRun", scored)}
    for given, code in (
        (base, "COMPARE_WITH_ONE"),
        ({**base, "otherRunId": base["baseRunId"], "rulesDocument": WHAT_IF}, "COMPARE_WITH_ONE"),
        ({**base, "otherRunId": base["baseRunId"]}, "COMPARE_RUNS_OF_ONE_ROUND"),
        ({**base, "otherRunId": gid("ScoringRun", waiting)}, "COMPARED_RUN_NOT_SCORED"),
        ({**base, "otherRunId": gid("ScoringRun", foreign)}, "NOT_FOUND"),
        ({**base, "otherRunId": gid("Round", contest.round_id)}, "NOT_FOUND"),
        ({"baseRunId": gid("ScoringRun", foreign), "rulesDocument": WHAT_IF}, "NOT_FOUND"),
    ):
        assert (await ask(COMPARE, organiser, input=given))["compareRuns"]["code"] == code
    wrong = WHAT_IF.replace("weight = 50", "weight = 70", 1)
    refused = (await ask(COMPARE, organiser, input={**base, "rulesDocument": wrong}))["compareRuns"]
    assert refused["problems"][0]["code"] == "RULES_WEIGHTS_SUM"
    assert await database.fetchval("select count(*) from comparisons") == 0


ROW = """insert into comparison_rows (contestant_id, comparison_id, city_id, division_id, position, base_total,
    other_total, base_rank, other_rank, base_city_rank, other_city_rank, base_division_rank, other_division_rank,
    base_place, other_place, ranks_moved, points_moved, finalist_change, items, causes, uploads)
    select id, $2, city_id, division_id, $3, $4, $5, $6, $7, $6, $7, $6, $7, $8, $9, $10, $11, $12, $13, $14, '[]'
    from contestants where id = $1"""
SUMMARY = {
    **dict.fromkeys(["people", "changed", "up", "down", "enter", "leave", "only_base", "only_other", "most_ranks"], 1),
    "awards_changed": 1,
    "most_points": "9.75",
    "uploads": {"added": 2, "gone": 0},
    "rules": [{"place": "items.SALES.weight", "base": "40", "other": None}],
}


def summary_of(contest: AContest, who: UUID) -> dict[str, Any]:
    city, sides = str(contest.cities[0]), {"base": {"rank": 2, "total": "170.5"}, "other": None}
    award = {"award": "FIRST", "title": "一等奖", "city": city, "contestant": str(who), "side": "BASE"}
    return SUMMARY | {"teams": [{"city": city, **sides}], "awards": [award]}


async def a_ready_one(database: Pool, contest: AContest) -> str:
    """Of ann (first to third, out), bob (third to first, in) and cai, who is in the other only and in another city."""
    people = [await an_account(contest, name, city=name == "cai") for name in ("ann", "bob", "cai")]
    base = await a_scored_run(contest, people[:2])
    key = await a_comparison(contest, base, rules=WHAT_IF)
    await database.execute(
        "update comparisons set state = 'READY', summary = $2 where id = $1",
        *(key, summary_of(contest, people[0].contestant_id)),
    )
    items = [{"item": "SALES", "title": "带货", "base": "40.00", "other": "30.25"}]
    cause: dict[str, str | None] = {
        "cause": "OTHERS",
        "side": None,
        "item": "SALES",
        "metric": "net_sales",
        "title": "净成交金额",
        "base_value": "7",
    }
    cause |= {"other_value": "7", "base_points": "40", "other_points": "30.2500"}
    total = Decimal("90.00")
    sides: list[tuple[Any, ...]] = [
        (total, total - Decimal("9.75"), 1, 3, "STREAMER", "RESERVE", 2, Decimal("9.75"), "LEAVES", items, [cause]),
        (total, total + 1, 3, 1, None, "STREAMER", 2, Decimal(1), "ENTERS", [], []),
        (None, total, None, 2, None, None, None, None, None, [], []),
    ]
    for position, (person, side) in enumerate(zip(people, sides, strict=True), 1):
        await database.execute(ROW, person.contestant_id, key, position, *side)
    return gid("Comparison", key)


async def test_rows_are_read_in_pages_with_what_changed(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    comparison = await a_ready_one(database, contest)
    first = (await ask(READ, organiser, id=comparison, first=2))["node"]
    assert first["summary"] == {
        "up": 1,
        "mostPoints": "9.75",
        "rules": [{"place": "items.SALES.weight", "base": "40", "other": None}],
        "teams": [{"city": {"name": "武汉市"}, "base": {"rank": 2, "total": "170.5"}, "other": None}],
        "awardsChanged": 1,
        "awards": [{"title": "一等奖", "side": "BASE", "city": {"name": "武汉市"}, "contestant": {"name": "ann"}}],
    }
    assert (first["rows"]["totalCount"], first["rows"]["pageInfo"]["hasNextPage"]) == (3, True)
    assert first["rows"]["nodes"][0] == {
        "contestant": {"name": "ann"},
        "base": {"rank": 1, "total": "90.00", "place": "STREAMER"},
        "other": {"rank": 3},
        "ranksUp": -2,
        "pointsUp": "-9.75",
        "finalistChange": "LEAVES",
        "items": [{"item": "SALES", "base": "40.00", "other": "30.25"}],
        "causes": [
            {"cause": "OTHERS", "side": None, "metric": "net_sales", "baseValue": "7", "otherPoints": "30.2500"}
        ],
        "uploads": [],
    }
    after = first["rows"]["pageInfo"]["endCursor"]
    rest = (await ask(READ, organiser, id=comparison, first=2, after=after))["node"]["rows"]
    assert [(row["contestant"]["name"], row["base"], row["ranksUp"]) for row in rest["nodes"]] == [("cai", None, None)]
    assert rest["pageInfo"]["hasNextPage"] is False


async def test_rows_are_filtered(ask: Ask, database: Pool, contest: AContest, organiser: APerson) -> None:
    comparison = await a_ready_one(database, contest)
    for given, names in (
        ({}, ["ann", "bob", "cai"]),
        ({"cityId": gid("City", contest.cities[1])}, ["cai"]),
        ({"cityId": gid("Round", contest.round_id)}, []),
        ({"divisionId": gid("Division", contest.divisions[0])}, ["ann", "bob", "cai"]),
        ({"finalistChange": "ENTERS"}, ["bob"]),
        ({"item": "SALES"}, ["ann"]),
        ({"leastPoints": "2"}, ["ann", "cai"]),
        ({"leastRanks": 3}, ["cai"]),
        ({"leastRanks": 2, "finalistChange": "LEAVES"}, ["ann"]),
    ):
        rows = (await ask(READ, organiser, id=comparison, first=9, filter=given))["node"]["rows"]
        assert [row["contestant"]["name"] for row in rows["nodes"]] == names, given
        assert rows["totalCount"] == len(names)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.JUDGE, Role.CITY_LEADER, Role.CONTESTANT, None])
async def test_nobody_but_organisers_learns_of_a_what_if(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson, role: Role | None
) -> None:
    comparison = await a_ready_one(database, contest)
    person = await database.fetchval("select id from contestants where name = 'ann'")
    city = contest.cities[0] if role is Role.CITY_LEADER else None
    other = await a_person(database, role, contest, city=city, contestant=person if role is Role.CONTESTANT else None)
    round_id = gid("Round", contest.round_id)
    assert (await ask(READ, other, id=comparison, first=1))["node"] is None
    assert (await ask(LISTED, other, round=round_id))["comparisons"] == {"totalCount": 0, "nodes": []}
    assert (await ask(LISTED, organiser, round=round_id))["comparisons"]["totalCount"] == 1
    answer = (await ask(COMPARE, other, input={"baseRunId": "x", "rulesDocument": WHAT_IF}))["compareRuns"]
    assert answer["code"] == "NOT_ALLOWED"


async def test_a_what_if_changes_nothing_that_others_read(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    run = await a_scored_run(contest, [await an_account(contest, "a")], adopted=True)
    read = """select (select version from contests), (select sequence from contests), (select count(*) from messages),
        (select count(*) from scoring_runs), (select count(*) from rules)"""
    before = await database.fetchrow(read)
    given = {"baseRunId": gid("ScoringRun", run), "rulesDocument": WHAT_IF}
    assert (await ask(COMPARE, organiser, input=given))["compareRuns"]["__typename"] == "CompareRunsPayload"
    assert await database.fetchrow(read) == before
