"""What people are told: each in their own inbox, read once, and the whole of it for organisers and auditors."""

from typing import Any
from uuid import UUID

import pytest

from services.shared.database.pool import Pool
from services.shared.messages.store import Message, tell
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import AContestant, a_contestant

INBOX = """query ($unreadOnly: Boolean = false, $first: Int = 50, $after: String) { viewer { unreadMessages
  messages(first: $first, after: $after, unreadOnly: $unreadOnly) { totalCount pageInfo { endCursor hasNextPage }
    nodes { id code text readAt city { name } contestant { number } readings { name } } } } }"""
MARK = """mutation ($input: MarkReadInput!) { markRead(input: $input) { __typename
  ... on MarkReadPayload { unread } ... on Error { code } } }"""
ALL = """query ($id: ID!, $filter: MessageFilter) { messages(contestId: $id, filter: $filter) { totalCount
  nodes { code city { name } contestant { number } readings { name } files { reason } } } }"""

CODE = "PERSON_ERASED_OF_CITY"  # a code with one parameter, whatever it says


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def someone(contest: AContest) -> AContestant:
    return await a_contestant(contest)


async def told(contest: AContest, event: str, **recipient: UUID) -> None:
    async with contest.pool.acquire() as connection, connection.transaction():
        await tell(connection, Message(CODE, contest.id, event, {"number": event}, **recipient))


async def inbox(ask: Ask, person: APerson, **given: object) -> Any:
    return (await ask(INBOX, person, **given))["viewer"]


async def test_each_reads_what_they_were_told_and_nothing_else(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant
) -> None:
    other = await a_contestant(contest, "李四", city=1)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    contestant = await a_person(database, Role.CONTESTANT, contest, contestant=someone.id)
    await told(contest, "1", contestant_id=someone.id)
    await told(contest, "2", contestant_id=other.id)
    await told(contest, "3", city_id=contest.cities[0])
    await told(contest, "4", city_id=contest.cities[1])
    await told(contest, "5", user_id=clerk.user_id)
    theirs = await inbox(ask, contestant)
    assert [node["contestant"] for node in theirs["messages"]["nodes"]] == [{"number": someone.number}]
    assert theirs["messages"]["nodes"][0]["text"] == "编号 1 的选手已要求删除个人信息，不再参赛；其名额已空出。"
    of_clerk = await inbox(ask, clerk)
    assert (of_clerk["unreadMessages"], of_clerk["messages"]["totalCount"]) == (2, 2)
    assert [node["city"] for node in of_clerk["messages"]["nodes"]] == [None, {"name": "武汉市"}]
    organiser = await a_person(database, Role.ORGANISER, contest)
    assert (await inbox(ask, organiser))["messages"]["totalCount"] == 0


async def test_the_same_event_is_told_once(ask: Ask, database: Pool, contest: AContest) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    for _ in range(2):
        await told(contest, "1", city_id=contest.cities[0])
    assert (await inbox(ask, clerk))["messages"]["totalCount"] == 1


async def test_pages_follow_each_other_and_unread_ones_can_be_asked_for(
    ask: Ask, database: Pool, contest: AContest
) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    for number in range(3):
        await told(contest, str(number), city_id=contest.cities[0])
    page = (await inbox(ask, clerk, first=2))["messages"]
    rest = (await inbox(ask, clerk, first=2, after=page["pageInfo"]["endCursor"]))["messages"]
    found = [node["id"] for each in (page, rest) for node in each["nodes"]]
    assert (len({*found}), page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (3, True, False)
    answer = await ask(MARK, clerk, input={"ids": [found[1]]})
    assert answer["markRead"] == {"__typename": "MarkReadPayload", "unread": 2}
    unread = (await inbox(ask, clerk, unreadOnly=True))["messages"]
    assert ([node["id"] for node in unread["nodes"]], unread["totalCount"]) == ([found[0], found[2]], 2)
    before = await database.fetch("select * from message_readings")
    await ask(MARK, clerk, input={"ids": [found[1]]})
    assert await database.fetch("select * from message_readings") == before
    assert (await ask(MARK, clerk, input={"all": True}))["markRead"]["unread"] == 0


async def test_nobody_marks_what_is_not_theirs(ask: Ask, database: Pool, contest: AContest) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    await told(contest, "1", city_id=contest.cities[0])
    await told(contest, "2", city_id=contest.cities[1])
    ids = [gid("Message", row["id"]) for row in await database.fetch("select id from messages order by id")]
    assert (await ask(MARK, clerk, input={"ids": ids}))["markRead"] == {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert (await ask(MARK, None, input={"ids": ids}))["markRead"]["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select count(*) from message_readings") == 0


async def test_organisers_and_auditors_see_who_was_told_what_and_who_has_read_it(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant
) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    await told(contest, "1", city_id=contest.cities[0])
    await told(contest, "2", contestant_id=someone.id)
    await told(contest, "3", city_id=contest.cities[1])
    await ask(MARK, clerk, input={"all": True})
    expected = [
        {"code": CODE, "city": {"name": "恩施州"}, "contestant": None, "readings": [], "files": []},
        {"code": CODE, "city": None, "contestant": {"number": 1}, "readings": [], "files": []},
        {
            "code": CODE,
            "city": {"name": "武汉市"},
            "contestant": None,
            "readings": [{"name": clerk.login}],
            "files": [],
        },
    ]
    for role in (Role.ORGANISER, Role.AUDITOR):
        person = await a_person(database, role, contest)
        found = (await ask(ALL, person, id=gid("Contest", contest.id)))["messages"]
        assert found == {"totalCount": 3, "nodes": expected}
        of_city = {"cityId": gid("City", contest.cities[0])}
        found = (await ask(ALL, person, id=gid("Contest", contest.id), filter=of_city))["messages"]
        assert found == {"totalCount": 2, "nodes": expected[1:]}
        later = {"from": "2100-01-01T00:00:00+08:00"}
        assert (await ask(ALL, person, id=gid("Contest", contest.id), filter=later))["messages"]["totalCount"] == 0


@pytest.mark.parametrize("role", [None, Role.CITY_CLERK, Role.JUDGE, Role.ORGANISER])
async def test_others_see_nothing_of_it(ask: Ask, database: Pool, contest: AContest, role: Role | None) -> None:
    """An organiser of another contest, too."""
    await told(contest, "1", city_id=contest.cities[1])
    there = await a_contest(database) if role is Role.ORGANISER else contest
    city = contest.cities[0] if role is Role.CITY_CLERK else None
    person = await a_person(database, role, there, city=city) if role else None
    found = (await ask(ALL, person, id=gid("Contest", contest.id)))["messages"]
    assert found == {"totalCount": 0, "nodes": []}
