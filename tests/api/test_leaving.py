"""Contestants withdraw from the contest, or are transferred inside it."""

from typing import Any
from uuid import UUID

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep, Role
from tests.api.conftest import Ask, gid
from tests.api.registering import ENTER, TRANSFER, WITHDRAW, typed
from tests.api.test_aliases import a_document
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import AContestant, a_contestant, a_submission


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def withdraw(ask: Ask, by: APerson, person: AContestant, **given: str) -> str:
    """The code of the refusal, or the name of what is answered."""
    answer = (await ask(WITHDRAW, by, id=gid("Contestant", person.id), **given))["withdrawContestant"]
    return str(answer.get("code", answer["__typename"]))


async def transfer(ask: Ask, by: APerson, person: AContestant, **given: str) -> Any:
    """The contestant afterwards, or the code of the refusal."""
    asked = {"contestantId": gid("Contestant", person.id), "reason": "户籍所在地", **given}
    answer = (await ask(TRANSFER, by, input=asked))["transferContestant"]
    return answer.get("contestant") or answer["code"]


async def spot(database: Pool, person: AContestant) -> tuple[Any, ...]:
    row = await database.fetchrow(
        "select city_id, division_id, entry_way, review_step, withdrawn_at is not null from contestants where id = $1",
        person.id,
    )
    return tuple(row or ())


async def messages(database: Pool) -> list[tuple[Any, ...]]:
    rows = await database.fetch("select code, parameters, city_id, contestant_id from messages order by code, city_id")
    return [tuple(row) for row in rows]


async def recorded(database: Pool) -> list[tuple[Any, ...]]:
    rows = await database.fetch("select action, user_id, city_id, changes, reason from audit_entries order by id")
    return [tuple(row) for row in rows]


async def approvals(database: Pool) -> list[tuple[UUID, UUID, bool]]:
    rows = await database.fetch("select city_id, division_id, until_at is null from approvals order by from_at")
    return [tuple(row) for row in rows]


async def test_who_withdraws_is_out_and_the_place_is_free(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson
) -> None:
    person = await a_contestant(contest, eligibility=Eligibility.APPROVED)
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, 1)",
        *(contest.id, contest.cities[0], contest.divisions[0]),
    )
    assert (await ask(ENTER, clerk, input=typed(contest)))["enterContestant"]["code"] == "QUOTA_FULL"
    assert await withdraw(ask, clerk, person, reason=" ") == "TEXT_EMPTY"
    assert await approvals(database) == [(contest.cities[0], contest.divisions[0], True)]
    assert await withdraw(ask, clerk, person) == "WithdrawContestantPayload"
    row = await database.fetchrow("select * from contestants")
    assert row is not None
    assert (row["withdrawn_at"] is not None, row["withdrawn_reason"]) == (True, "本人原因")
    assert await approvals(database) == [(contest.cities[0], contest.divisions[0], False)]
    assert await database.fetchval("select until_at from approvals") == row["withdrawn_at"]
    told = {"number": person.number}
    assert await messages(database) == [
        ("CONTESTANT_LEFT", told, contest.cities[0], None),
        ("YOU_WERE_WITHDRAWN", told, None, person.id),
    ]
    change = {"withdrawn": [False, True]}
    assert await recorded(database) == [("WITHDRAW_CONTESTANT", clerk.user_id, contest.cities[0], change, "本人原因")]
    assert await withdraw(ask, clerk, person) == "CONTESTANT_WITHDRAWN"
    assert (await ask(ENTER, clerk, input=typed(contest)))["enterContestant"]["contestant"]["number"] == 2


async def test_from_a_submitted_list_organisers_and_people_themselves_withdraw(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson, organiser: APerson
) -> None:
    first, second = await a_contestant(contest), await a_contestant(contest)
    own_way = await a_contestant(contest, way=EntryWay.SELF_REGISTERED)
    themselves = await a_person(database, Role.CONTESTANT, contest, contestant=first.id)
    await a_submission(contest)
    assert await withdraw(ask, clerk, first) == "LIST_LOCKED"
    assert (await spot(database, first))[-1] is False
    assert await withdraw(ask, clerk, own_way) == "WithdrawContestantPayload"
    assert await withdraw(ask, themselves, second) == "NOT_FOUND"
    before = len(await messages(database))
    assert await withdraw(ask, themselves, first) == "WithdrawContestantPayload"
    assert len(await messages(database)) == before + 1  # the city alone: they know it
    assert await withdraw(ask, organiser, second) == "WithdrawContestantPayload"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.JUDGE, Role.CITY_LEADER])
async def test_who_may_not_withdraws_and_transfers_nobody(
    ask: Ask, database: Pool, contest: AContest, role: Role
) -> None:
    person = await a_contestant(contest)
    city = contest.cities[1] if role is Role.CITY_LEADER else None
    by = await a_person(database, role, contest, city=city)
    before = await spot(database, person)
    assert await withdraw(ask, by, person) == ("NOT_FOUND" if city else "NOT_ALLOWED")
    assert await transfer(ask, by, person, cityId=gid("City", contest.cities[1])) == "NOT_ALLOWED"
    assert await spot(database, person) == before
    assert await recorded(database) == []


async def test_a_transferred_one_stands_elsewhere_for_later_runs(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    person = await a_contestant(contest, eligibility=Eligibility.APPROVED)
    here, there = contest.cities
    moved = await transfer(
        ask, organiser, person, cityId=gid("City", there), divisionId=gid("Division", contest.divisions[1])
    )
    assert moved == {
        "city": {"name": "恩施州"},
        "division": {"key": "veteran"},
        "entryWay": "RECOMMENDED",
        "eligibility": "APPROVED",
        "reviewStep": "ORGANISER",
    }
    assert await approvals(database) == [(here, contest.divisions[0], False), (there, contest.divisions[1], True)]
    ended, begun = [row["at"] for row in await database.fetch(
        "select until_at as at from approvals where until_at is not null"
        " union all select from_at from approvals where until_at is null"
    )]  # fmt: skip
    assert ended == begun
    told = {"number": person.number}
    assert await messages(database) == [
        ("CONTESTANT_LEFT_CITY", told, here, None),
        ("CONTESTANT_TO_CITY", told, there, None),
        ("YOU_WERE_TRANSFERRED", told, None, person.id),
    ]
    changes = {
        "city": [str(here), str(there)],
        "division": [str(contest.divisions[0]), str(contest.divisions[1])],
    }
    assert await recorded(database) == [("TRANSFER_CONTESTANT", organiser.user_id, there, changes, "户籍所在地")]


async def test_inside_a_city_it_is_told_once_and_the_review_goes_on(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    person = await a_contestant(contest, step=ReviewStep.ORGANISER)
    moved = await transfer(ask, organiser, person, entryWay="SELF_REGISTERED")
    assert (moved["entryWay"], moved["reviewStep"]) == ("SELF_REGISTERED", "ORGANISER")
    told = {"number": person.number}
    assert await messages(database) == [
        ("CONTESTANT_MOVED", told, contest.cities[0], None),
        ("YOU_WERE_TRANSFERRED", told, None, person.id),
    ]
    assert (await recorded(database))[0][3] == {"entry_way": ["RECOMMENDED", "SELF_REGISTERED"]}
    moved = await transfer(ask, organiser, person, cityId=gid("City", contest.cities[1]))
    assert (moved["city"]["name"], moved["reviewStep"]) == ("恩施州", "CITY")  # whom that city has not looked at
    assert await approvals(database) == []


async def test_the_other_division_asks_for_its_evidence(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    other = gid("Division", contest.divisions[1])
    await database.execute(
        "update divisions set evidence = $1 where id = $2",
        [{"key": "t", "title": "证书", "kind": "DOCUMENT", "required": True}],
        contest.divisions[1],
    )
    approved = await a_contestant(contest, eligibility=Eligibility.APPROVED)
    before = await spot(database, approved)
    assert await transfer(ask, organiser, approved, divisionId=other) == "REVIEW_EVIDENCE_MISSING"
    assert await spot(database, approved) == before
    assert (await recorded(database), await messages(database)) == ([], [])
    waits = await a_contestant(contest, step=ReviewStep.ORGANISER)
    assert (await transfer(ask, organiser, waits, divisionId=other))["reviewStep"] == "CITY"
    document = await a_document(contest, approved, "EVIDENCE")
    await database.execute("update documents set evidence_key = 't' where id = $1", document)
    assert (await transfer(ask, organiser, approved, divisionId=other))["division"] == {"key": "veteran"}


async def test_double_entries_of_who_goes_there_or_leaves_wait_no_longer(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    person = await a_contestant(contest)
    for city, division in ((1, 0), (1, 1)):
        given = typed(contest, city=city, division=division, idNumber=person.id_number)
        assert (await ask(ENTER, organiser, input=given))["enterContestant"]["code"] == "ID_NUMBER_REGISTERED"
    decisions = "select decision, reason, decided_by from double_entries order by created_at"
    await transfer(ask, organiser, person, cityId=gid("City", contest.cities[1]))
    decided = ("TRANSFERRED", "户籍所在地", organiser.user_id)
    assert [tuple(one) for one in await database.fetch(decisions)] == [decided, (None, None, None)]
    await withdraw(ask, organiser, person)
    kept = ("KEPT", "本人原因", organiser.user_id)
    assert [tuple(one) for one in await database.fetch(decisions)] == [decided, kept]
    entries = await database.fetch("select changes from audit_entries where action = 'DECIDE_DOUBLE_ENTRY' order by id")
    assert [one["changes"] for one in entries] == [{"decision": [None, "TRANSFERRED"]}, {"decision": [None, "KEPT"]}]


async def test_quota_and_cap_of_the_other_place_hold(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    person = await a_contestant(contest)
    there, full = gid("City", contest.cities[1]), gid("Division", contest.divisions[1])
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, 0)",
        *(contest.id, contest.cities[1], contest.divisions[0]),
    )
    await database.execute("update divisions set cap = 1 where id = $1", contest.divisions[1])
    await a_contestant(contest, city=1, division=1)
    before = await spot(database, person)
    assert await transfer(ask, organiser, person, cityId=there) == "QUOTA_FULL"
    assert await transfer(ask, organiser, person, divisionId=full) == "CAP_FULL"
    assert await transfer(ask, organiser, person) == "TRANSFER_NOWHERE"
    other = await a_contest(database)
    assert await transfer(ask, organiser, person, cityId=gid("City", other.cities[0])) == "NOT_FOUND"
    assert await transfer(ask, organiser, person, divisionId=gid("Division", other.divisions[0])) == "NOT_FOUND"
    assert await transfer(ask, organiser, person, cityId=there, reason=" ") == "TEXT_EMPTY"
    assert await spot(database, person) == before
    assert (await recorded(database), await messages(database)) == ([], [])
    # The quota is the recommended people's, and whoever is in the full division already has a place of it.
    moved = await transfer(ask, organiser, person, cityId=there, entryWay="SELF_REGISTERED")
    assert moved["city"]["name"] == "恩施州"


@pytest.mark.parametrize(
    ("gone", "code"),
    [({"withdrawn": True}, "CONTESTANT_WITHDRAWN"), ({"eligibility": Eligibility.REJECTED}, "CONTESTANT_REJECTED")],
    ids=["withdrawn", "rejected"],
)
async def test_who_holds_no_place_is_not_transferred(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson, gone: dict[str, Any], code: str
) -> None:
    person = await a_contestant(contest, **gone)
    before = await spot(database, person)
    assert await transfer(ask, organiser, person, cityId=gid("City", contest.cities[1])) == code
    assert await spot(database, person) == before


async def test_who_was_rejected_neither_withdraws_nor_comes_back_by_that(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson
) -> None:
    person = await a_contestant(contest, eligibility=Eligibility.REJECTED)
    themselves = await a_person(database, Role.CONTESTANT, contest, contestant=person.id)
    for by in (clerk, themselves):
        assert await withdraw(ask, by, person) == "CONTESTANT_REJECTED"
    assert await recorded(database) == []
    await database.execute("update contestants set withdrawn_at = now()")  # before they were rejected
    again = typed(contest, idNumber=person.id_number, handle=person.handle)
    assert (await ask(ENTER, clerk, input=again))["enterContestant"]["code"] == "PERSON_REJECTED"
    assert await database.fetchval("select eligibility from contestants") == "REJECTED"


async def test_cities_do_not_transfer(ask: Ask, database: Pool, contest: AContest, clerk: APerson) -> None:
    person = await a_contestant(contest)
    assert await transfer(ask, clerk, person, divisionId=gid("Division", contest.divisions[1])) == "NOT_ALLOWED"
    assert (await spot(database, person))[1] == contest.divisions[0]
