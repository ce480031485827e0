"""Who has completed the online training is recorded, and the city's staff and the people themselves read it."""

from datetime import date
from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, a_contest, a_person
from tests.people import a_contestant

TRAIN = """mutation ($ids: [ID!]!, $on: Date) { recordTraining(input: {contestantIds: $ids, trainedOn: $on}) {
  __typename ... on RecordTrainingPayload { contestants { number trainedOn } }
  ... on InvalidInput { field } ... on Error { code } } }"""
TODAY = "select (clock_timestamp() at time zone 'Asia/Shanghai')::date"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


async def trained(database: Pool) -> list[date | None]:
    return [row["trained_on"] for row in await database.fetch("select trained_on from contestants order by number")]


async def test_days_are_recorded_in_the_order_asked_for_and_mended(ask: Ask, database: Pool, contest: AContest) -> None:
    people = [await a_contestant(contest, city=city) for city in (0, 1)]
    organiser = await a_person(database, Role.ORGANISER, contest)
    ids = [gid("Contestant", person.id) for person in reversed(people)]
    answer = (await ask(TRAIN, organiser, ids=[*ids, ids[0]], on="2021-07-10"))["recordTraining"]
    assert answer["contestants"] == [{"number": n, "trainedOn": "2021-07-10"} for n in (2, 1)]
    today = await database.fetchval(TODAY)
    await ask(TRAIN, organiser, ids=ids[:1], on=today.isoformat())
    assert await trained(database) == [date(2021, 7, 10), today]
    rows = await database.fetch("select action, contestant_id, city_id, changes from audit_entries order by id")
    assert [tuple(row) for row in rows] == [
        ("RECORD_TRAINING", people[0].id, contest.cities[0], {"trained_on": [None, "2021-07-10"]}),
        ("RECORD_TRAINING", people[1].id, contest.cities[1], {"trained_on": [None, "2021-07-10"]}),
        ("RECORD_TRAINING", people[1].id, contest.cities[1], {"trained_on": ["2021-07-10", today.isoformat()]}),
    ]


async def test_a_day_of_the_wrong_person_is_taken_back_and_the_same_day_is_no_change(
    ask: Ask, database: Pool, contest: AContest
) -> None:
    person, organiser = await a_contestant(contest), await a_person(database, Role.ORGANISER, contest)
    ids = [gid("Contestant", person.id)]
    for on in ("2021-07-10", "2021-07-10", None, None):
        answer = (await ask(TRAIN, organiser, ids=ids, on=on))["recordTraining"]
        assert answer["contestants"] == [{"number": 1, "trainedOn": on}]
    left_out = await ask(TRAIN, organiser, ids=ids)
    assert (left_out["recordTraining"]["code"], left_out["recordTraining"]["field"]) == ("TEXT_EMPTY", "trainedOn")
    rows = await database.fetch("select changes from audit_entries order by id")
    assert [row["changes"]["trained_on"] for row in rows] == [[None, "2021-07-10"], ["2021-07-10", None]]


async def test_refused_nothing_is_recorded(ask: Ask, database: Pool, contest: AContest) -> None:
    other = await a_contest(database)
    one, elsewhere = await a_contestant(contest), await a_contestant(other)
    organiser = await a_person(database, Role.ORGANISER)  # of all contests
    tomorrow = await database.fetchval(f"{TODAY} + 1")

    async def refused(*people: Any, on: str = "2021-07-10", by: Any = organiser) -> tuple[str, str | None]:
        ids = [gid("Contestant", person) for person in people]
        answer = (await ask(TRAIN, by, ids=ids, on=on))["recordTraining"]
        return answer["code"], answer.get("field")

    assert await refused() == ("LIST_TOO_LONG", "contestantIds")
    assert await refused(*[one.id] * 201) == ("LIST_TOO_LONG", "contestantIds")
    assert await refused(one.id, elsewhere.id) == ("CONTESTANTS_OF_SEVERAL", "contestantIds")
    assert await refused(one.id, new_id()) == ("NOT_FOUND", None)
    assert await refused(new_id()) == ("NOT_FOUND", None)
    assert await refused(one.id, on=tomorrow.isoformat()) == ("TRAINED_IN_FUTURE", "trainedOn")
    themselves = await a_person(database, Role.CONTESTANT, contest, contestant=one.id)
    auditor = await a_person(database, Role.AUDITOR, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    foreign = await a_person(database, Role.ORGANISER, other)
    for by, code in ((themselves, "NOT_ALLOWED"), (auditor, "NOT_ALLOWED"), (clerk, "NOT_ALLOWED")):
        assert await refused(one.id, by=by) == (code, None)
    assert await refused(one.id, by=foreign) == ("NOT_FOUND", None)
    assert await trained(database) == [None, None]
    assert await database.fetchval("select count(*) from audit_entries") == 0
