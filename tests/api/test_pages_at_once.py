"""Lists that hang on many rows at once are read by one statement, and each is the page it is alone."""

from typing import Any

import asyncpg
import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, ReviewStep, Role
from tests.api.conftest import Ask, gid
from tests.factories import a_contest, a_person
from tests.people import a_contestant

SUBMIT = """mutation ($city: ID!) { submitCityList(input: {cityId: $city}) {
  ... on SubmitCityListPayload { submission { id } } ... on Error { code } } }"""
SHOW = """query ($slug: String!, $first: Int!) { contest(slug: $slug) { cities { name
  contestants(first: $first) { totalCount nodes { number } pageInfo { hasNextPage endCursor } }
  submissions { lines(first: $first) { totalCount nodes { position contestant { number } }
    pageInfo { hasNextPage endCursor } } } } } }"""
AFTER = """query ($id: ID!, $first: Int!, $after: String, $lines: String) { city(id: $id) {
  contestants(first: $first, after: $after) { totalCount nodes { number } pageInfo { hasNextPage } }
  submission { lines(first: $first, after: $lines) { totalCount nodes { contestant { number } }
    pageInfo { hasNextPage } } } } }"""


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements from now on."""
    statements: list[str] = []
    execute = asyncpg.Connection._execute  # type: ignore[attr-defined]  # what all reading goes through

    async def counting(self: Any, query: str, *given: Any, **named: Any) -> Any:
        statements.append(query)
        return await execute(self, query, *given, **named)

    monkeypatch.setattr(asyncpg.Connection, "_execute", counting)
    return statements


async def test_people_and_lines_of_all_cities_take_a_statement_each(
    ask: Ask, database: Pool, executed: list[str]
) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    for city in (0, 0, 0, 1):
        await a_contestant(contest, city=city, eligibility=Eligibility.PENDING, step=ReviewStep.ORGANISER)
    for key in contest.cities[:2]:
        clerk = await a_person(database, Role.CITY_CLERK, contest, city=key)
        assert "submission" in (await ask(SUBMIT, clerk, city=gid("City", key)))["submitCityList"]
    executed.clear()
    cities = (await ask(SHOW, organiser, slug=contest.id.hex, first=2))["contest"]["cities"]
    assert sum("unnest" in each and "contestant_details" in each for each in executed) == 1
    assert sum("submission_lines" in each for each in executed) == 1
    assert [
        (
            one["contestants"]["totalCount"],
            [each["number"] for each in one["contestants"]["nodes"]],
            one["contestants"]["pageInfo"]["hasNextPage"],
        )
        for one in cities
    ] == [(3, [1, 2], True), (1, [4], False)]
    lists = [one["submissions"][0]["lines"] for one in cities]
    assert [
        (one["totalCount"], [each["contestant"]["number"] for each in one["nodes"]], one["pageInfo"]["hasNextPage"])
        for one in lists
    ] == [(3, [1, 2], True), (1, [4], False)]
    ends = cities[0]["contestants"]["pageInfo"]["endCursor"], lists[0]["pageInfo"]["endCursor"]
    rest = (await ask(AFTER, organiser, id=gid("City", contest.cities[0]), first=2, after=ends[0], lines=ends[1]))[
        "city"
    ]
    assert rest["contestants"] == {"totalCount": 3, "nodes": [{"number": 3}], "pageInfo": {"hasNextPage": False}}
    assert rest["submission"]["lines"] == {
        "totalCount": 3,
        "nodes": [{"contestant": {"number": 3}}],
        "pageInfo": {"hasNextPage": False},
    }


async def test_whoever_may_see_one_city_reads_the_people_of_that_one(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    for city in (0, 1):
        await a_contestant(contest, city=city)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    cities = (await ask(SHOW, clerk, slug=contest.id.hex, first=0))["contest"]["cities"]
    assert [one["contestants"]["totalCount"] for one in cities] == [1, 0]
    assert [one["contestants"]["nodes"] for one in cities] == [[], []]
