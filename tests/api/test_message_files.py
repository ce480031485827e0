"""Messages taken out for SMS: each once, on record, with the phones of those who are still there."""

import asyncio
from typing import Any

import fastexcel
import httpx
import pytest

from services.api.personal_data.limits import MOST_EXPORTED
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.messages.store import Message, tell
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.api.test_personal_data import reveal
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import a_contestant

EXPORT = """mutation ($input: ExportMessagesInput!) { exportMessages(input: $input) { __typename
  ... on ExportMessagesPayload { fileId messages url expiresAt } ... on InvalidInput { field }
  ... on Error { code } } }"""
TEXT = "编号 {} 的选手已要求删除个人信息，不再参赛；其名额已空出。"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def told(contest: AContest, *people: Any, event: str = "1") -> None:
    async with contest.pool.acquire() as connection, connection.transaction():
        for person in people:
            said: dict[str, str | int] = {"number": event}
            await tell(connection, Message("PERSON_ERASED_OF_CITY", contest.id, event, said, contestant_id=person.id))
        city = Message("PERSON_ERASED_OF_CITY", contest.id, event, {}, city_id=contest.cities[0])
        await tell(connection, city)  # has no phone


async def export(ask: Ask, person: APerson | None, contest: AContest, **more: object) -> Any:
    given = {"contestId": gid("Contest", contest.id), "reason": "通知选手", **more}
    return (await ask(EXPORT, person, input=given))["exportMessages"]


async def fetched(client: httpx.AsyncClient, url: str, person: APerson) -> httpx.Response:
    return await client.get(url, headers={"authorization": f"Bearer {person.token}"})


async def test_each_message_is_taken_out_once_with_its_phone(
    ask: Ask, client: httpx.AsyncClient, database: Pool, contest: AContest, organiser: APerson
) -> None:
    one, two = await a_contestant(contest), await a_contestant(contest, "李四")
    await told(contest, one, two)
    made = await export(ask, organiser, contest, format="CSV")
    assert made["messages"] == 2
    response = await fetched(client, made["url"], organiser)
    expected = f"\ufeff手机号,短信内容\r\n{one.phone},{TEXT.format(1)}\r\n{two.phone},{TEXT.format(1)}\r\n"
    assert response.content.decode() == expected
    assert (await fetched(client, made["url"], organiser)).status_code == 404
    assert (await export(ask, organiser, contest))["code"] == "NO_MESSAGES_TO_EXPORT"
    await told(contest, one, event="2")
    again = await export(ask, organiser, contest)
    sheet = fastexcel.read_excel((await fetched(client, again["url"], organiser)).content).load_sheet(0)
    assert sheet.to_polars().rows() == [(one.phone, TEXT.format(2))]
    entries = await database.fetch("select action, contestant_id, changes, reason from audit_entries order by id")
    assert [tuple(entry) for entry in entries] == [
        ("EXPORT_MESSAGES", None, {"messages": [None, 2]}, "通知选手"),
        ("EXPORT_PERSONAL_DATA", one.id, {}, "通知选手"),
        ("EXPORT_PERSONAL_DATA", two.id, {}, "通知选手"),
        ("EXPORT_MESSAGES", None, {"messages": [None, 1]}, "通知选手"),
        ("EXPORT_PERSONAL_DATA", one.id, {}, "通知选手"),
    ]


async def test_nobody_takes_a_whole_contest_out_again_and_again(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    """What was taken out in files is counted by itself: whoever has printed a list may still look somebody up."""
    one = await a_contestant(contest)
    await told(contest, one)
    await database.executemany(
        "insert into audit_entries (id, user_id, login, address, action, subject_type, changes, reason, at)"
        " values ($1, $2, 'x', '', 'EXPORT_PERSONAL_DATA', 'Contestant', '{}', 'x', now() - interval '30 minutes')",
        [(new_id(), organiser.user_id) for _ in range(MOST_EXPORTED)],
    )
    assert (await export(ask, organiser, contest))["code"] == "TOO_MANY_ATTEMPTS"
    assert (await reveal(ask, organiser, one.id))["__typename"] == "RevealPersonalDataPayload"
    await database.execute("update audit_entries set at = at - interval '1 hour'")
    assert (await export(ask, organiser, contest))["messages"] == 1


async def test_the_same_file_can_be_fetched_again_but_for_who_was_erased(
    ask: Ask, client: httpx.AsyncClient, database: Pool, contest: AContest, organiser: APerson
) -> None:
    one, two = await a_contestant(contest), await a_contestant(contest, "李四")
    await told(contest, one, two)
    made = await export(ask, organiser, contest, format="CSV")
    await database.execute("update contestants set phone_sealed = '', erased_at = now() where id = $1", one.id)
    again = await export(ask, organiser, contest, fileId=made["fileId"], format="CSV")
    assert again["fileId"] == made["fileId"]
    body = (await fetched(client, again["url"], organiser)).content.decode()
    assert body.splitlines()[1:] == [f"{two.phone},{TEXT.format(1)}"]
    assert await database.fetchval("select count(*) from message_files") == 1
    assert (await export(ask, organiser, contest, onlyNew=False))["messages"] == 1


async def test_two_at_once_take_each_message_out_once(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    await told(contest, await a_contestant(contest))
    answers = await asyncio.gather(*(export(ask, organiser, contest) for _ in range(3)))
    assert sorted(answer["__typename"] for answer in answers) == ["Conflict", "Conflict", "ExportMessagesPayload"]
    assert await database.fetchval("select count(*) from message_file_lines") == 1
    assert await database.fetchval("select count(*) from message_files") == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CITY_CLERK, None])
async def test_others_take_nothing_out(
    ask: Ask, client: httpx.AsyncClient, database: Pool, contest: AContest, organiser: APerson, role: Role | None
) -> None:
    await told(contest, await a_contestant(contest))
    city = contest.cities[0] if role is Role.CITY_CLERK else None
    person = await a_person(database, role, contest, city=city) if role else None
    assert (await export(ask, person, contest))["code"] == "NOT_ALLOWED"
    stranger = await a_person(database, Role.ORGANISER, await a_contest(database))
    assert (await export(ask, stranger, contest))["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select count(*) from message_files") == 0
    url = (await export(ask, organiser, contest))["url"]
    assert (await fetched(client, url, stranger)).status_code == 404
    assert (await export(ask, organiser, contest, reason=""))["field"] == "reason"
