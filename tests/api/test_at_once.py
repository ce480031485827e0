"""Many who come in, leave and move at once: places, people and accounts hold, and nothing else goes wrong."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import ReviewStep, Role
from tests.api.conftest import Ask, gid
from tests.api.registering import ENTER, REGISTER, TRANSFER, WITHDRAW, registering, typed, with_consent
from tests.factories import RULES, AContest, APerson, a_contest, a_person
from tests.people import AContestant, a_contestant, an_id_number

QUOTA, CAP = 2, 4
REFUSALS = {"QUOTA_FULL", "CAP_FULL", "ID_NUMBER_REGISTERED", "ACCOUNT_REGISTERED", "CONTESTANT_WITHDRAWN"}
REFUSALS |= {"CONTESTANT_REJECTED", "TRANSFER_NOWHERE"}
# Of a review: somebody has withdrawn, was rejected before, or is of another city by now.
REFUSALS |= {"REVIEW_OF_WITHDRAWN", "REVIEW_STATE_CHANGED", "NOT_FOUND", "NOT_ALLOWED"}

# Who (few people, so that some are the same), with which account, and where.
entering = st.tuples(st.just("enter"), st.integers(0, 5), st.integers(0, 5), st.integers(0, 1))
registering_ = st.tuples(st.just("register"), st.integers(0, 5), st.integers(0, 5), st.integers(0, 1))
leaving = st.tuples(st.sampled_from(["withdraw", "reject"]), st.integers(0, 1), st.just(0), st.just(0))
moving = st.tuples(st.just("transfer"), st.integers(0, 1), st.just(0), st.integers(0, 1))
calls = st.lists(st.one_of(entering, entering, registering_, leaving, moving), min_size=2, max_size=8)


async def a_tight_contest(database: Pool) -> AContest:
    """One division with CAP places, QUOTA of them for each city's recommendations."""
    contest = await with_consent(await a_contest(database))
    await database.execute("update divisions set cap = $2 where id = $1", contest.divisions[0], CAP)
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) select $1, unnest($2::uuid[]), $3, $4",
        *(contest.id, list(contest.cities), contest.divisions[0], QUOTA),
    )
    return contest


SUBMIT = """mutation ($city: ID!) { submitCityList(input: {cityId: $city}) {
  __typename ... on Error { code } } }"""
SAVE_RULES = """mutation ($input: UpdateRulesInput!) { updateRules(input: $input) {
  ... on UpdateRulesPayload { rules { version } } ... on Error { code } } }"""
REJECT = """mutation ($id: ID!) { reviewEligibility(input: {
  contestantIds: [$id], decision: REJECTED, reason: "不符"}) { __typename ... on Error { code } } }"""


@dataclass(frozen=True)
class Doing:
    """Does one thing and answers the code of its refusal, none when it was done."""

    ask: Ask
    contest: AContest
    organiser: APerson
    clerk: APerson
    there: list[AContestant]

    async def call(self, verb: str, who: int, account: int, city: int) -> str | None:
        contest, organiser = self.contest, self.organiser
        person = {"idNumber": an_id_number(who), "handle": f"handle{account}"}
        match verb:
            case "enter":
                answer = await self.ask(ENTER, organiser, input=typed(contest, city=city) | person)
            case "register":
                given = registering(contest, city=city) | person | {"login": f"l{new_id().hex}"}
                answer = await self.ask(REGISTER, None, input=given)
            case "withdraw":
                answer = await self.ask(WITHDRAW, organiser, id=gid("Contestant", self.there[who].id))
            case "reject":
                answer = await self.ask(REJECT, self.clerk, id=gid("Contestant", self.there[who].id))
            case _:
                to = {"contestantId": gid("Contestant", self.there[who].id), "reason": "调整"}
                answer = await self.ask(TRANSFER, organiser, input=to | {"cityId": gid("City", contest.cities[city])})
        (result,) = answer.values()
        code: str | None = result.get("code")
        return code


async def hold(database: Pool, contest: AContest) -> None:
    """What must be true at every moment."""
    holding = "withdrawn_at is null and eligibility <> 'REJECTED'"
    division = contest.divisions[0]
    cap = await database.fetchval(f"select count(*) from contestants where division_id = $1 and {holding}", division)
    assert cap <= CAP
    quotas = await database.fetch(
        f"select count(*) from contestants where division_id = $1 and {holding} and entry_way = 'RECOMMENDED'"
        " group by city_id",
        division,
    )
    assert all(each["count"] <= QUOTA for each in quotas)
    twice = "select count(*) - count(distinct {0}) from {1} where contest_id = $1"
    assert await database.fetchval(twice.format("id_number_index", "contestants"), contest.id) == 0
    assert await database.fetchval(twice.format("(platform, handle_key)", "accounts"), contest.id) == 0
    people = await database.fetchval("select count(*) from contestants where contest_id = $1", contest.id)
    assert await database.fetchval("select max(number) from contestants where contest_id = $1", contest.id) == people


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=calls)
async def test_of_any_calls_at_once_places_people_and_accounts_hold(
    ask: Ask, database: Pool, wanted: list[tuple[Any, ...]]
) -> None:
    contest = await a_tight_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    there = [await a_contestant(contest) for _ in range(2)]
    doing = Doing(ask, contest, organiser, clerk, there)
    codes = await asyncio.gather(*(doing.call(*what) for what in wanted))
    assert {code for code in codes if code} <= REFUSALS
    await hold(database, contest)


@pytest.mark.parametrize("number", [1, 3, 7])
async def test_as_many_get_in_as_there_are_places(ask: Ask, database: Pool, number: int) -> None:
    contest = await a_tight_contest(database)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    people = [typed(contest) for _ in range(number)]
    answers = await asyncio.gather(*(ask(ENTER, leader, input=person) for person in people))
    codes = [answer["enterContestant"].get("code", "in") for answer in answers]
    assert sorted(codes) == sorted(["in"] * min(QUOTA, number) + ["QUOTA_FULL"] * (number - min(QUOTA, number)))
    await hold(database, contest)


async def test_of_two_leaders_who_take_the_last_place_one_gets_it(ask: Ask, database: Pool) -> None:
    contest = await a_tight_contest(database)
    await database.execute("update divisions set cap = 1")
    leaders = [await a_person(database, Role.CITY_LEADER, contest, city=city) for city in contest.cities]
    answers = await asyncio.gather(
        *(ask(ENTER, leader, input=typed(contest, city=city)) for city, leader in enumerate(leaders))
    )
    codes = [answer["enterContestant"].get("code", "in") for answer in answers]
    assert sorted(codes) == ["CAP_FULL", "in"]
    assert await database.fetchval("select count(*) from contestants") == 1


async def until_blocked(database: Pool, number: int = 1) -> None:
    """Returns once as many wait for a lock in this database."""
    blocked = "select count(*) from pg_locks where not granted"
    while await database.fetchval(blocked) < number:  # noqa: ASYNC110  the event is in PostgreSQL
        await asyncio.sleep(0.01)


async def asked_in_time(database: Pool, contest: AContest, asking: Awaitable[Any]) -> Any:
    """What is answered to somebody who asks while the windows are open, which close before it is their turn."""
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("select from contests where id = $1 for update", contest.id)
        waiting = asyncio.ensure_future(asking)
        await until_blocked(database)
        await connection.execute(
            "update entry_windows set closes_at = clock_timestamp() where contest_id = $1", contest.id
        )
        await transaction.commit()
    (answer,) = (await waiting).values()
    return answer


async def test_whoever_waits_past_the_end_of_the_window_is_too_late(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    answer = await asked_in_time(database, contest, ask(ENTER, organiser, input=typed(contest)))
    assert answer["code"] == "ENTRY_CLOSED"
    assert await database.fetchval("select count(*) from contestants") == 0


async def test_a_list_that_waits_past_its_deadline_is_too_late(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    await a_contestant(contest, step=ReviewStep.ORGANISER)
    city = gid("City", contest.cities[0])
    answer = await asked_in_time(database, contest, ask(SUBMIT, clerk, city=city))
    assert answer["code"] == "LIST_TOO_LATE"
    assert await database.fetchval("select count(*) from submissions") == 0


async def test_two_who_save_rules_at_once_save_one_version_after_the_other(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    await database.execute(
        "update rounds set opens_at = now() + interval '1 hour', closes_at = now() + interval '1 day'"
    )
    given = {"roundId": gid("Round", contest.round_id), "document": RULES, "reason": "改权重"}
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("select from contests where id = $1 for update", contest.id)
        waiting = [asyncio.ensure_future(ask(SAVE_RULES, organiser, input=given)) for _ in range(2)]
        await until_blocked(database, 2)
        await transaction.commit()
    versions = [answer["updateRules"]["rules"]["version"] for answer in await asyncio.gather(*waiting)]
    assert sorted(versions) == [2, 3]
