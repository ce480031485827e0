"""ID number and phone: read whole only with a reason and on record, by whom it concerns, and not without end."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.api.personal_data.limits import MOST_REVEALED
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.personal_data import Key, Vault
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import AContestant, a_contestant

REVEAL = """mutation ($input: RevealPersonalDataInput!) { revealPersonalData(input: $input) { __typename
  ... on RevealPersonalDataPayload { idNumber phone contestant { number idNumber phone } }
  ... on TooManyAttempts { retryAt } ... on InvalidInput { field } ... on Error { code } } }"""
MASKED = "query ($id: ID!) { contestant(id: $id) { number idNumber phone } }"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def someone(contest: AContest) -> AContestant:
    return await a_contestant(contest)


async def reveal(ask: Ask, person: APerson | None, who: UUID, reason: str = "核对证件") -> Any:
    given = {"contestantId": gid("Contestant", who), "reason": reason}
    return (await ask(REVEAL, person, input=given))["revealPersonalData"]


async def entries(database: Pool) -> list[tuple[Any, ...]]:
    rows = await database.fetch("select action, login, contestant_id, reason, changes from audit_entries order by id")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CITY_CLERK, Role.CITY_LEADER, Role.CONTESTANT])
async def test_whom_it_concerns_reads_both_whole_and_it_is_recorded(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant, role: Role
) -> None:
    city = contest.cities[0] if role in (Role.CITY_CLERK, Role.CITY_LEADER) else None
    own = someone.id if role is Role.CONTESTANT else None
    person = await a_person(database, role, contest, city=city, contestant=own)
    answer = await reveal(ask, person, someone.id)
    assert (answer["idNumber"], answer["phone"]) == (someone.id_number, someone.phone)
    assert answer["contestant"] == {
        "number": someone.number,
        "idNumber": f"{someone.id_number[:4]}**********{someone.id_number[-4:]}",
        "phone": f"{someone.phone[:3]}****{someone.phone[-4:]}",
    }
    assert await entries(database) == [("REVEAL_PERSONAL_DATA", person.login, someone.id, "核对证件", {})]


@pytest.mark.parametrize(
    ("role", "answered"),
    [
        (None, "NOT_ALLOWED"),
        (Role.AUDITOR, "NOT_ALLOWED"),
        (Role.JUDGE, "NOT_ALLOWED"),
        (Role.CITY_CLERK, "NOT_FOUND"),
        (Role.CONTESTANT, "NOT_FOUND"),
    ],
)
async def test_others_read_nothing_and_nothing_is_recorded(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant, role: Role | None, answered: str
) -> None:
    other = await a_contestant(contest, "李四", city=1)
    city = contest.cities[1] if role is Role.CITY_CLERK else None
    own = other.id if role is Role.CONTESTANT else None
    person = await a_person(database, role, contest, city=city, contestant=own) if role else None
    assert await reveal(ask, person, someone.id) == {"__typename": answered_type(answered), "code": answered}
    assert await entries(database) == []


def answered_type(code: str) -> str:
    return {"NOT_ALLOWED": "NotAllowed", "NOT_FOUND": "NotFound"}[code]


async def test_a_reason_is_needed(ask: Ask, database: Pool, contest: AContest, someone: AContestant) -> None:
    person = await a_person(database, Role.ORGANISER, contest)
    answer = await reveal(ask, person, someone.id, " ")
    assert answer == {"__typename": "InvalidInput", "field": "reason", "code": "TEXT_EMPTY"}
    assert await entries(database) == []


async def test_nobody_reads_a_whole_contest_out(
    ask: Ask, database: Pool, contest: AContest, someone: AContestant
) -> None:
    person, other = [await a_person(database, Role.ORGANISER, contest) for _ in range(2)]
    await database.executemany(
        "insert into audit_entries (id, user_id, login, address, action, subject_type, changes, reason, at)"
        " values ($1, $2, 'x', '', 'REVEAL_PERSONAL_DATA', 'Contestant', '{}', 'x', now() - interval '30 minutes')",
        [(new_id(), person.user_id) for _ in range(MOST_REVEALED - 2)],
    )
    answers = await asyncio.gather(*(reveal(ask, person, someone.id) for _ in range(5)))
    assert sorted(answer["__typename"] for answer in answers) == [
        *["RevealPersonalDataPayload"] * 2,
        *["TooManyAttempts"] * 3,
    ]
    assert (await reveal(ask, other, someone.id))["__typename"] == "RevealPersonalDataPayload"
    await database.execute("update audit_entries set at = at - interval '1 hour'")
    assert (await reveal(ask, person, someone.id))["__typename"] == "RevealPersonalDataPayload"


async def test_answers_are_not_to_be_kept_by_anybody(
    client: httpx.AsyncClient, database: Pool, contest: AContest, someone: AContestant
) -> None:
    person = await a_person(database, Role.ORGANISER, contest)
    response = await post(client, MASKED, person, id=gid("Contestant", someone.id))
    assert response.headers["cache-control"] == "no-store"


async def test_without_the_key_the_request_fails_clearly_and_tells_nothing(
    client: httpx.AsyncClient, database: Pool, contest: AContest, someone: AContestant
) -> None:
    person = await a_person(database, Role.ORGANISER, contest)
    foreign = Vault([Key(9, bytes(32))]).seal(someone.id_number, someone.id)
    await database.execute("update contestants set id_number_sealed = $2 where id = $1", someone.id, foreign)
    response = await post(client, MASKED, person, id=gid("Contestant", someone.id))
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "KEY_MISSING"}
    assert "第 9 号密钥" in error["message"]
    assert someone.id_number not in response.text
    assert response.json()["data"]["contestant"]["idNumber"] is None
    given = {"contestantId": gid("Contestant", someone.id), "reason": "核对"}
    response = await post(client, REVEAL, person, input=given)
    assert response.json()["errors"][0]["extensions"] == {"code": "KEY_MISSING"}
    assert someone.phone not in response.text
    assert await entries(database) == []
