"""People come in: entered by their city, or by themselves."""

from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, EntryWay, Role
from tests.api.conftest import Ask, gid
from tests.api.registering import ENTER, REGISTER, registering, typed, with_consent
from tests.factories import a_contest, a_person
from tests.people import VAULT, a_contestant, a_submission, a_window, an_id_number

SIGN_IN = """mutation ($login: String!) { signIn(input: {login: $login, password: "longer-than-ten"}) {
  ... on SignInPayload { token } ... on Error { code } } }"""


async def state(database: Pool) -> list[Any]:
    """Everything that a refused call must leave alone."""
    tables = ("contestants", "accounts", "users", "grants", "messages", "double_entries", "audit_entries", "contests")
    return [await database.fetch(f"select * from {table} order by 1") for table in tables]


async def test_a_city_enters_a_person(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    before = await a_contestant(contest)
    given = typed(contest, followers=500_000, experience="三年\n带货", remark="无", idempotencyKey="k")
    entered = (await ask(ENTER, clerk, input=given))["enterContestant"]["contestant"]
    contestant_id = entered.pop("id")
    assert entered == {
        "number": before.number + 1,
        "name": "王五",
        "idNumber": f"4200{'*' * 10}{given['idNumber'][-4:]}",
        "phone": f"138****{given['phone'][-4:]}",
        "entryWay": "RECOMMENDED",
        "eligibility": "PENDING",
        "reviewStep": "CITY",
        "city": {"name": "武汉市"},
        "division": {"key": "trainee"},
        "account": {"platform": "DOUYIN", "handle": given["handle"]},
        "followersClaimed": 500_000,
        "experience": "三年\n带货",
        "remark": "无",
    }
    again = (await ask(ENTER, clerk, input=given))["enterContestant"]["contestant"]
    assert again["id"] == contestant_id
    row = await database.fetchrow("select * from contestants where number = $1", entered["number"])
    assert row is not None
    assert VAULT.open(row["id_number_sealed"], row["id"]) == given["idNumber"]
    assert row["created_by"] == clerk.user_id
    told = await database.fetch("select code, city_id, contestant_id from messages order by code")
    assert [tuple(one) for one in told] == [
        ("CONTESTANT_REGISTERED", None, row["id"]),
        ("CONTESTANT_TO_REVIEW", contest.cities[0], None),
    ]
    actions = await database.fetch("select action, contestant_id, user_id, changes from audit_entries")
    assert [tuple(one)[:3] for one in actions] == [("ENTER_CONTESTANT", row["id"], clerk.user_id)]
    assert given["idNumber"] not in str(actions[0]["changes"])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("idNumber", "420106199001011234", "ID_NUMBER_INVALID"),
        ("phone", "12345678901", "PHONE_INVALID"),
        ("handle", "小王直播", "HANDLE_INVALID"),
        ("name", " ", "TEXT_EMPTY"),
        ("followers", -1, "NUMBER_NEGATIVE"),
        ("experience", "a\u0007", "TEXT_CONTROL_CHARACTER"),
    ],
)
async def test_what_is_typed_wrong_is_named_by_its_field(
    ask: Ask, database: Pool, field: str, value: Any, code: str
) -> None:
    contest = await with_consent(await a_contest(database))
    organiser = await a_person(database, Role.ORGANISER, contest)
    before = await state(database)
    entered = (await ask(ENTER, organiser, input=typed(contest, **{field: value})))["enterContestant"]
    registered = (await ask(REGISTER, None, input=registering(contest, **{field: value})))["registerContestant"]
    for answer in (entered, registered):
        assert (answer["__typename"], answer["field"], answer["code"]) == ("InvalidInput", field, code)
    assert await state(database) == before


async def test_only_the_citys_own_staff_and_organisers_enter(ask: Ask, database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    before = await database.fetchval("select count(*) from contestants")
    here, there = {"city": contest.cities[0]}, {"city": contest.cities[1]}
    for role, place, result in (
        (Role.CITY_LEADER, here, "EnterContestantPayload"),
        (Role.ORGANISER, {}, "EnterContestantPayload"),
        (Role.CITY_CLERK, there, "NotAllowed"),
        (Role.JUDGE, {}, "NotAllowed"),
        (Role.AUDITOR, {}, "NotAllowed"),
    ):
        person = await a_person(database, role, contest, **place)
        assert (await ask(ENTER, person, input=typed(contest)))["enterContestant"]["__typename"] == result
    assert (await ask(ENTER, None, input=typed(contest)))["enterContestant"]["__typename"] == "NotAllowed"
    organiser = await a_person(database, Role.ORGANISER, contest)
    mixed = {**typed(contest), "divisionId": gid("Division", other.divisions[0])}
    nowhere = {**typed(contest), "cityId": gid("City", new_id())}
    for given in (mixed, nowhere):
        assert (await ask(ENTER, organiser, input=given))["enterContestant"]["code"] == "NOT_FOUND"
    assert await database.fetchval("select count(*) from contestants") == before + 2


async def test_somebody_registers_and_signs_in(ask: Ask, database: Pool) -> None:
    contest = await with_consent(await a_contest(database))
    given = registering(contest, idempotencyKey="k")
    answer = (await ask(REGISTER, None, input=given))["registerContestant"]
    assert answer == {"__typename": "RegisterContestantPayload", "number": 1}
    assert (await ask(REGISTER, None, input=given))["registerContestant"] == answer
    changed = (await ask(REGISTER, None, input={**given, "name": "别人"}))["registerContestant"]
    assert changed["code"] == "ID_NUMBER_REGISTERED"
    row = await database.fetchrow("select * from contestants")
    assert row is not None
    assert (row["entry_way"], row["eligibility"], row["review_step"]) == ("SELF_REGISTERED", "PENDING", "CITY")
    assert (row["consent_version"], row["consented_at"] is not None) == ("1", True)
    grant = await database.fetchrow("select u.login, g.* from grants g join users u on u.id = g.user_id")
    assert grant is not None
    assert (grant["login"], grant["role"], grant["contest_id"]) == (given["login"], "CONTESTANT", contest.id)
    assert grant["contestant_id"] == row["id"]
    entry = await database.fetchrow("select * from audit_entries where action = 'REGISTER_CONTESTANT'")
    assert entry is not None
    assert (entry["login"], entry["user_id"]) == (given["login"], grant["user_id"])
    assert "token" in (await ask(SIGN_IN, None, login=given["login"]))["signIn"]


async def test_what_keeps_people_from_registering(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    there = await a_contestant(contest, way=EntryWay.SELF_REGISTERED, handle="taken")
    other = await a_person(database)
    before = await state(database)

    async def refused(**given: Any) -> tuple[str, str | None]:
        answer = (await ask(REGISTER, None, input=registering(contest, **given)))["registerContestant"]
        return answer["code"], answer.get("field")

    assert await refused() == ("CONSENT_MISSING", None)
    await with_consent(contest)
    before = await state(database)
    assert await refused(consentVersion="0") == ("CONSENT_CHANGED", "consentVersion")
    assert await refused(idNumber=there.id_number) == ("ID_NUMBER_REGISTERED", None)
    assert await refused(handle="@Taken") == ("ACCOUNT_REGISTERED", None)
    assert await refused(login=other.login) == ("LOGIN_TAKEN", None)
    assert await refused(login="") == ("LOGIN_INVALID", "login")
    assert await refused(password="short") == ("PASSWORD_LENGTH", "password")
    await a_window(contest, EntryWay.SELF_REGISTERED, None)
    assert await refused() == ("ENTRY_TO_BE_ANNOUNCED", None)
    await a_window(contest, EntryWay.SELF_REGISTERED, closes="2021-07-08+08")
    assert await refused() == ("ENTRY_CLOSED", None)
    await database.execute("update divisions set entry_ways = '{RECOMMENDED}'")
    assert await refused() == ("DIVISION_NOT_SELF_REGISTERED", None)
    assert await state(database) == before


async def test_a_submitted_list_is_locked(ask: Ask, database: Pool) -> None:
    contest = await with_consent(await a_contest(database))
    organiser = await a_person(database, Role.ORGANISER, contest)
    await a_submission(contest)
    assert (await ask(ENTER, organiser, input=typed(contest)))["enterContestant"]["code"] == "LIST_LOCKED"
    assert "contestant" in (await ask(ENTER, organiser, input=typed(contest, city=1)))["enterContestant"]
    assert (await ask(REGISTER, None, input=registering(contest)))["registerContestant"]["number"] == 2


async def test_who_was_entered_by_another_city_is_kept_for_the_organiser(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    there = await a_contestant(contest, eligibility=Eligibility.APPROVED)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    given = typed(contest, city=1, idNumber=there.id_number)
    for _ in range(2):
        assert (await ask(ENTER, clerk, input=given))["enterContestant"]["code"] == "ID_NUMBER_REGISTERED"
    entries = await database.fetch("select contestant_id, city_id, entry_way, created_by from double_entries")
    assert [tuple(one) for one in entries] == [(there.id, contest.cities[1], "RECOMMENDED", clerk.user_id)]
    told = await database.fetch("select code, city_id, parameters from messages order by code")
    assert [tuple(one) for one in told] == [
        ("DOUBLE_ENTRY_FOUND", contest.cities[0], {"number": 1}),
        ("DOUBLE_ENTRY_MADE", contest.cities[1], {}),
    ]
    assert await database.fetchval("select count(*) from contestants") == 1


async def test_who_withdrew_comes_back_under_the_same_number(ask: Ask, database: Pool) -> None:
    contest = await with_consent(await a_contest(database))
    gone = await a_contestant(contest, withdrawn=True)
    registered = await ask(REGISTER, None, input=registering(contest, city=1, idNumber=gone.id_number))
    assert registered["registerContestant"]["number"] == gone.number
    row = await database.fetchrow("select * from contestants")
    assert row is not None
    assert (row["id"], row["withdrawn_at"], row["city_id"]) == (gone.id, None, contest.cities[1])


async def test_nobody_but_themselves_brings_back_who_signs_in(ask: Ask, database: Pool) -> None:
    contest = await with_consent(await a_contest(database))
    gone = await a_contestant(contest, withdrawn=True, handle="mine")
    themselves = await a_person(database, Role.CONTESTANT, contest, contestant=gone.id)
    before = await state(database)
    given = registering(contest, idNumber=gone.id_number, handle="mine")
    assert (await ask(REGISTER, None, input=given))["registerContestant"]["code"] == "ID_NUMBER_REGISTERED"
    assert await state(database) == before
    assert (await ask(REGISTER, themselves, input=given))["registerContestant"]["number"] == gone.number
    assert await database.fetchval("select count(*) from grants") == 1
    assert await database.fetchval("select count(*) from users") == 1


async def test_places_are_counted_for_those_who_hold_one(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    for eligibility in Eligibility:
        await a_contestant(contest, eligibility=eligibility)
    await a_contestant(contest, withdrawn=True)
    await a_contestant(contest, way=EntryWay.SELF_REGISTERED)
    await a_contestant(contest, city=1)
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, 9)",
        *(contest.id, contest.cities[0], contest.divisions[0]),
    )
    slug = await database.fetchval("select slug from contests")
    document = "query ($slug: String!) { contest(slug: $slug) { quotas { taken } divisions { taken } } }"
    organiser = await a_person(database, Role.ORGANISER, contest)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    for person, quota, divisions in ((organiser, 3, [5, 0]), (leader, 0, [1, 0]), (None, 0, [0, 0])):
        found = (await ask(document, person, slug=slug))["contest"]
        assert found == {"quotas": [{"taken": quota}], "divisions": [{"taken": each} for each in divisions]}


async def test_registration_from_one_address_is_limited(ask: Ask, database: Pool, monkeypatch: Any) -> None:
    contest = await with_consent(await a_contest(database))
    monkeypatch.setitem(__import__("services.api.attempts", fromlist=["x"]).REGISTRATIONS, "most", 1)
    given = registering(contest, idNumber=an_id_number())
    first = (await ask(REGISTER, None, input=given))["registerContestant"]
    second = (await ask(REGISTER, None, input=registering(contest)))["registerContestant"]
    assert (first["__typename"], second["code"]) == ("RegisterContestantPayload", "TOO_MANY_ATTEMPTS")
