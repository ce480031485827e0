"""Somebody who was entered twice: each city sees its own side, the organiser decides."""

from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, Role
from tests.api.conftest import Ask, gid
from tests.api.registering import ENTER, REGISTER, registering, typed, with_consent
from tests.factories import a_contest, a_person
from tests.people import a_contestant

LIST = """query ($contest: ID!, $open: Boolean) { doubleEntries(contestId: $contest, open: $open) { totalCount nodes {
  id contestant { number } city { name } division { key } entryWay decision } } }"""
DECIDE = """mutation ($id: ID!, $decision: DoubleEntryDecision!) {
  decideDoubleEntry(input: {id: $id, decision: $decision, reason: "核对"}) { __typename
  ... on DecideDoubleEntryPayload { doubleEntry { decision contestant { city { name } } } }
  ... on Error { code } } }"""


async def test_each_city_sees_its_side_and_the_organiser_decides(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    there = await a_contestant(contest, eligibility=Eligibility.APPROVED)
    has = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    entered = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    judge = await a_person(database, Role.JUDGE, contest)
    organiser = await a_person(database, Role.ORGANISER, contest)
    await ask(ENTER, entered, input=typed(contest, city=1, idNumber=there.id_number))
    told = "select user_id, parameters from messages where code = 'DOUBLE_ENTRY_TO_DECIDE'"
    assert [tuple(row) for row in await database.fetch(told)] == [(organiser.user_id, {"number": there.number})]
    contest_id = gid("Contest", contest.id)
    where = {"city": {"name": "宜昌市"}, "division": {"key": "trainee"}, "entryWay": "RECOMMENDED"}
    hidden = dict.fromkeys(where)
    seen = {}
    for name, person in (
        ("has", has),
        ("entered", entered),
        ("organiser", organiser),
        ("judge", judge),
        ("none", None),
    ):
        found = (await ask(LIST, person, contest=contest_id, open=True))["doubleEntries"]
        assert found["totalCount"] == len(found["nodes"])
        seen[name] = found["nodes"]
    entry = seen["organiser"][0]["id"]
    city = await database.fetchval("select name from cities where id = $1", contest.cities[1])
    where["city"] = {"name": city}
    both = {"id": entry, "decision": None}
    assert seen["has"] == [both | hidden | {"contestant": {"number": 1}}]
    assert seen["entered"] == [both | where | {"contestant": None}]
    assert seen["organiser"] == [both | where | {"contestant": {"number": 1}}]
    assert (seen["judge"], seen["none"]) == ([], [])
    refused = (await ask(DECIDE, has, id=entry, decision="KEPT"))["decideDoubleEntry"]
    assert refused["code"] == "NOT_ALLOWED"
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, 0)",
        *(contest.id, contest.cities[1], contest.divisions[0]),
    )
    full = (await ask(DECIDE, organiser, id=entry, decision="TRANSFERRED"))["decideDoubleEntry"]
    assert full["code"] == "QUOTA_FULL"
    assert await database.fetchval("select decision from double_entries") is None
    await database.execute("update quotas set places = 1")
    moved = (await ask(DECIDE, organiser, id=entry, decision="TRANSFERRED"))["decideDoubleEntry"]
    assert moved["doubleEntry"] == {"decision": "TRANSFERRED", "contestant": {"city": {"name": city}}}
    again = (await ask(DECIDE, organiser, id=entry, decision="KEPT"))["decideDoubleEntry"]
    assert again["code"] == "DOUBLE_ENTRY_DECIDED"
    spans = await database.fetch("select city_id, until_at is null as open from approvals order by from_at")
    assert [tuple(one) for one in spans] == [(contest.cities[0], False), (contest.cities[1], True)]


async def test_a_city_that_never_heard_of_it_is_told_nothing_but_the_person_is(ask: Ask, database: Pool) -> None:
    contest = await with_consent(await a_contest(database))
    there = await a_contestant(contest)
    organiser = await a_person(database, Role.ORGANISER, contest)
    given = registering(contest, city=1, idNumber=there.id_number)
    assert (await ask(REGISTER, None, input=given))["registerContestant"]["code"] == "ID_NUMBER_REGISTERED"
    entry = await database.fetchval("select id from double_entries")
    answer = await ask(DECIDE, organiser, id=gid("DoubleEntry", entry), decision="KEPT")
    assert answer["decideDoubleEntry"]["doubleEntry"]["decision"] == "KEPT"
    told = await database.fetch("select code, city_id, contestant_id from messages order by code")
    assert [tuple(one) for one in told] == [
        ("DOUBLE_ENTRY_FOUND", contest.cities[0], None),
        ("DOUBLE_ENTRY_KEPT", contest.cities[0], None),
        ("DOUBLE_ENTRY_TO_DECIDE", None, None),  # the organiser
        ("YOUR_ENTRY_STAYS", None, there.id),
    ]
