"""A city's list: submitted once, locked, changed only when it was opened again."""

import asyncio
from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.personal_data import Vault, open_vault
from services.shared.settings import Settings
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep, Role
from tests.api.conftest import Ask, gid
from tests.api.registering import ENTER, MEND, WITHDRAW, typed
from tests.factories import AContest, APerson, a_contest, a_person
from tests.lists import a_recommended, id_number
from tests.people import a_window

SUBMIT = """mutation ($input: SubmitCityListInput!) { submitCityList(input: $input) { __typename
  ... on SubmitCityListPayload { submission { id number state people sha256
    lines(first: 10) { totalCount nodes { position division { key } contestant { name } } } } }
  ... on InvalidInput { field } ... on Error { code message } } }"""
ASK = """mutation ($input: AskListChangeInput!) { askListChange(input: $input) { __typename
  ... on AskListChangePayload { submission { changeReason state } } ... on Error { code } } }"""
REOPEN = """mutation ($input: ReopenCityListInput!) { reopenCityList(input: $input) { __typename
  ... on ReopenCityListPayload { submission { state reopenedReason } } ... on Error { code } } }"""
ATTACH = """mutation ($input: AttachSignedListInput!) { attachSignedList(input: $input) { __typename
  ... on AttachSignedListPayload { submission { id } } ... on Error { code } } }"""
LISTS = """query ($id: ID!) { node(id: $id) { ... on City {
  submission { number } submissions { number state } } } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return open_vault(settings)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def submit(ask: Ask, contest: AContest, person: APerson, city: int = 0, **more: object) -> Any:
    answer = await ask(SUBMIT, person, input={"cityId": gid("City", contest.cities[city]), **more})
    return answer["submitCityList"]


async def test_a_list_is_numbered_in_each_division_and_leaves_out_who_holds_no_place(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    await a_recommended(contest, vault, "甲", id_number(1), division=1)
    await a_recommended(contest, vault, "乙", id_number(2))
    await a_recommended(contest, vault, "丙", id_number(3), eligibility=Eligibility.APPROVED)
    await a_recommended(contest, vault, "丁", id_number(4), eligibility=Eligibility.REJECTED)
    gone = await a_recommended(contest, vault, "戊", id_number(5))
    await database.execute("update contestants set withdrawn_at = now() where id = $1", gone)
    await a_recommended(contest, vault, "己", id_number(6), way=EntryWay.SELF_REGISTERED)
    await a_recommended(contest, vault, "庚", id_number(7), city=1)

    made = await submit(ask, contest, clerk, expectedPeople=3)
    assert (made["__typename"], made["submission"]["number"], made["submission"]["people"]) == (
        "SubmitCityListPayload",
        1,
        3,
    )
    lines = made["submission"]["lines"]
    assert lines["totalCount"] == 3
    assert [(one["division"]["key"], one["position"], one["contestant"]["name"]) for one in lines["nodes"]] == [
        ("trainee", 1, "乙"),
        ("trainee", 2, "丙"),
        ("veteran", 1, "甲"),
    ]
    told = await database.fetchrow("select code, parameters, city_id from messages")
    assert told is not None
    assert tuple(told) == ("YOUR_LIST_IS_SUBMITTED", {"number": 1, "people": 3}, contest.cities[0])
    kept = await database.fetchrow("select action, user_id, changes from audit_entries")
    assert kept is not None
    assert (kept["action"], kept["user_id"]) == ("SUBMIT_CITY_LIST", clerk.user_id)
    assert kept["changes"] == {
        "number": [None, 1],
        "people": [None, 3],
        "sha256": [None, made["submission"]["sha256"]],
    }


async def test_everybody_has_to_be_checked_by_the_city(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    assert (await submit(ask, contest, clerk))["code"] == "LIST_EMPTY"
    await a_recommended(contest, vault, "甲", id_number(1))
    await a_recommended(contest, vault, "乙", id_number(2), step=ReviewStep.CITY)
    await a_recommended(contest, vault, "丙", id_number(3), eligibility=Eligibility.RETURNED)
    refused = await submit(ask, contest, clerk)
    assert (refused["code"], "1 人市级尚未审核、1 人被退回" in refused["message"]) == ("LIST_NOT_REVIEWED", True)
    await database.execute("update contestants set eligibility = 'PENDING', review_step = 'ORGANISER'")
    refused = await submit(ask, contest, clerk, expectedPeople=2)
    assert (refused["code"], refused["field"]) == ("LIST_COUNT_DIFFERS", "expectedPeople")
    assert await database.fetchval("select count(*) from submissions") == 0
    assert await database.fetchval("select count(*) from audit_entries") == 0


async def test_after_the_deadline_nothing_is_submitted(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson
) -> None:
    await a_recommended(contest, vault, "甲", id_number(1))
    await a_window(contest, EntryWay.RECOMMENDED, closes="2021-07-08+08")
    assert (await submit(ask, contest, clerk))["code"] == "LIST_TOO_LATE"
    await a_window(contest, EntryWay.RECOMMENDED)
    assert (await submit(ask, contest, clerk))["__typename"] == "SubmitCityListPayload"


async def test_two_clerks_at_once_submit_one_list(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    await a_recommended(contest, vault, "甲", id_number(1))
    answers = await asyncio.gather(*(submit(ask, contest, person) for person in (clerk, leader)))
    assert sorted(one["__typename"] for one in answers) == ["Conflict", "SubmitCityListPayload"]
    assert [one["code"] for one in answers if "code" in one] == ["LIST_SUBMITTED"]
    assert await database.fetchval("select count(*) from submissions") == 1
    assert await database.fetchval("select count(*) from submission_lines") == 1


async def test_a_repeated_request_finds_the_same_list(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    await a_recommended(contest, vault, "甲", id_number(1))
    first, again = [await submit(ask, contest, clerk, idempotencyKey="k") for _ in range(2)]
    assert first == again
    assert await database.fetchval("select count(*) from audit_entries") == 1


async def test_a_list_is_opened_again_by_organisers_and_submitted_with_the_next_number(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, organiser: APerson, database: Pool
) -> None:
    city = {"cityId": gid("City", contest.cities[0])}
    asked = {**city, "reason": "一人电话写错"}
    await a_recommended(contest, vault, "甲", id_number(1))
    assert (await ask(ASK, clerk, input=asked))["askListChange"]["code"] == "LIST_NOT_SUBMITTED"
    await submit(ask, contest, clerk)
    assert (await ask(ASK, clerk, input={**city, "reason": " "}))["askListChange"]["code"] == "TEXT_EMPTY"
    wish = (await ask(ASK, clerk, input=asked))["askListChange"]
    assert wish["submission"] == {"changeReason": "一人电话写错", "state": "SUBMITTED"}
    refused = (await ask(REOPEN, clerk, input=asked))["reopenCityList"]
    assert (refused["__typename"], refused["code"]) == ("NotAllowed", "NOT_ALLOWED")
    opened = (await ask(REOPEN, organiser, input={**city, "reason": "同意"}))["reopenCityList"]
    assert opened["submission"] == {"state": "REOPENED", "reopenedReason": "同意"}
    assert (await ask(REOPEN, organiser, input=asked))["reopenCityList"]["code"] == "LIST_NOT_SUBMITTED"
    assert (await submit(ask, contest, clerk))["submission"]["number"] == 2
    actions = await database.fetch("select action, reason from audit_entries order by id")
    assert [tuple(one) for one in actions] == [
        ("SUBMIT_CITY_LIST", ""),
        ("ASK_LIST_CHANGE", "一人电话写错"),
        ("REOPEN_CITY_LIST", "同意"),
        ("SUBMIT_CITY_LIST", ""),
    ]
    told = await database.fetch("select code from messages where city_id is not null order by created_at")
    assert [one["code"] for one in told] == [
        "YOUR_LIST_IS_SUBMITTED",
        "YOUR_LIST_IS_OPEN_AGAIN",
        "YOUR_LIST_IS_SUBMITTED",
    ]


async def test_each_organiser_of_the_contest_is_told_that_a_city_asks(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, organiser: APerson, database: Pool
) -> None:
    everywhere = await a_person(database, Role.ORGANISER)
    closed = await a_person(database, Role.ORGANISER, contest)
    await database.execute("update users set disabled_at = now() where id = $1", closed.user_id)
    await a_person(database, Role.ORGANISER, await a_contest(database))
    await a_person(database, Role.AUDITOR, contest)
    await a_recommended(contest, vault, "甲", id_number(1))
    await submit(ask, contest, clerk)
    asked = {"cityId": gid("City", contest.cities[0]), "reason": "一人电话写错"}
    for times in (1, 2):
        await ask(ASK, clerk, input=asked)
        told = await database.fetch(
            "select user_id, contest_id, parameters from messages where code = 'CITY_ASKS_TO_CHANGE_LIST'"
        )
        assert {one["user_id"] for one in told} == {organiser.user_id, everywhere.user_id}
        assert len(told) == 2 * times
        assert {one["contest_id"] for one in told} == {contest.id}
        assert all(one["parameters"] == {"city": "武汉市", "number": 1} for one in told)


async def test_a_list_opened_again_is_mended_and_submitted_after_the_deadline_with_others_in_their_place(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, organiser: APerson, database: Pool
) -> None:
    city = {"cityId": gid("City", contest.cities[0])}
    first = await a_recommended(contest, vault, "甲", id_number(1))
    second = await a_recommended(contest, vault, "乙", id_number(2))
    await submit(ask, contest, clerk)
    await a_window(contest, EntryWay.RECOMMENDED, closes="2021-07-08+08")
    mended = {"contestantId": gid("Contestant", first), "name": "甲甲"}
    left = {"id": gid("Contestant", second)}
    assert (await ask(MEND, clerk, input=mended))["mendContestant"]["code"] == "LIST_LOCKED"
    assert (await ask(WITHDRAW, clerk, **left))["withdrawContestant"]["code"] == "LIST_LOCKED"
    await ask(REOPEN, organiser, input={**city, "reason": "同意"})
    assert (await ask(MEND, clerk, input=mended))["mendContestant"]["contestant"]["name"] == "甲甲"
    assert (await ask(WITHDRAW, clerk, **left))["withdrawContestant"]["__typename"] == "WithdrawContestantPayload"
    for person in (clerk, organiser):
        entered = await ask(ENTER, person, input=typed(contest))
        assert entered["enterContestant"]["__typename"] == "EnterContestantPayload"
    await database.execute("update contestants set review_step = 'ORGANISER'")
    again = (await submit(ask, contest, clerk))["submission"]
    lines = [one["contestant"]["name"] for one in again["lines"]["nodes"]]
    assert (again["number"], again["people"], lines[0], len(lines)) == (2, 3, "甲甲", 3)
    refused = (await ask(ENTER, organiser, input=typed(contest)))["enterContestant"]["code"]
    assert refused == "ENTRY_CLOSED"
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    await a_recommended(contest, vault, "丙", id_number(3), city=1)
    assert (await submit(ask, contest, leader, city=1))["code"] == "LIST_TOO_LATE"


async def test_an_organiser_admits_the_list_of_a_city_that_missed_the_deadline(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, organiser: APerson, database: Pool
) -> None:
    city = {"cityId": gid("City", contest.cities[0])}
    asked = {**city, "reason": "补报"}
    await a_recommended(contest, vault, "甲", id_number(1))
    assert (await ask(REOPEN, organiser, input=asked))["reopenCityList"]["code"] == "LIST_NOT_SUBMITTED"
    await a_window(contest, EntryWay.RECOMMENDED, closes="2021-07-08+08")
    assert (await submit(ask, contest, clerk))["code"] == "LIST_TOO_LATE"
    assert (await ask(REOPEN, clerk, input=asked))["reopenCityList"]["code"] == "NOT_ALLOWED"
    opened = (await ask(REOPEN, organiser, input=asked))["reopenCityList"]
    assert opened["submission"] == {"state": "REOPENED", "reopenedReason": "补报"}
    assert (await ask(REOPEN, organiser, input=asked))["reopenCityList"]["code"] == "LIST_NOT_SUBMITTED"
    entered = (await ask(ENTER, clerk, input=typed(contest)))["enterContestant"]
    assert entered["__typename"] == "EnterContestantPayload"
    assert (await ask(ENTER, organiser, input=typed(contest, city=1)))["enterContestant"]["code"] == "ENTRY_CLOSED"
    await database.execute("update contestants set review_step = 'ORGANISER'")
    made = (await submit(ask, contest, clerk))["submission"]
    assert (made["number"], made["people"]) == (1, 2)
    wanted = "select user_id, changes, reason from audit_entries where action = 'REOPEN_CITY_LIST'"
    kept = await database.fetchrow(wanted)
    assert kept is not None
    assert tuple(kept) == (organiser.user_id, {"state": [None, "REOPENED"]}, "补报")
    told = await database.fetchval("select code from messages where event like 'list admitted%'")
    assert told == "YOUR_LIST_IS_STILL_TAKEN"


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.AUDITOR, Role.JUDGE])
async def test_only_the_city_submits(ask: Ask, contest: AContest, vault: Vault, database: Pool, role: Role) -> None:
    await a_recommended(contest, vault, "甲", id_number(1))
    refused = await submit(ask, contest, await a_person(database, role, contest))
    assert refused["__typename"] == "NotAllowed"
    assert await database.fetchval("select count(*) from submissions") == 0


async def test_another_citys_list_is_not_there(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, organiser: APerson, database: Pool
) -> None:
    await a_recommended(contest, vault, "甲", id_number(1), city=1)
    other = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    assert (await submit(ask, contest, clerk, city=1))["code"] == "NOT_FOUND"
    made = await submit(ask, contest, other, city=1)
    city = gid("City", contest.cities[1])
    nothing: dict[str, Any] = {"submission": None, "submissions": []}
    whole = {"submission": {"number": 1}, "submissions": [{"number": 1, "state": "SUBMITTED"}]}
    auditor = await a_person(database, Role.AUDITOR, contest)
    judge = await a_person(database, Role.JUDGE, contest)
    for person, seen in ((clerk, nothing), (None, nothing), (judge, nothing), (auditor, whole), (organiser, whole)):
        assert (await ask(LISTS, person, id=city))["node"] == seen
    answer = await ask("query ($id: ID!) { node(id: $id) { id } }", clerk, id=made["submission"]["id"])
    assert answer == {"node": None}
    assert (await ask(ASK, clerk, input={"cityId": city, "reason": "x"}))["askListChange"]["code"] == "NOT_FOUND"


async def test_a_signed_copy_is_the_citys_own_and_ready(
    ask: Ask, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    await a_recommended(contest, vault, "甲", id_number(1))
    submission = (await submit(ask, contest, clerk))["submission"]["id"]
    documents = {}
    for name, city, purpose, state in (
        ("own", 0, "SIGNED_LIST", "READY"),
        ("checking", 0, "SIGNED_LIST", "CHECKING"),
        ("other", 1, "SIGNED_LIST", "READY"),
        ("evidence", 0, "EVIDENCE", "READY"),
    ):
        documents[name] = await database.fetchval(
            "insert into documents (id, contest_id, city_id, purpose, title, state, size, sha256)"
            " values (gen_random_uuid(), $1, $2, $3, '', $4, 1, '') returning id",
            *(contest.id, contest.cities[city], purpose, state),
        )

    async def attach(name: str) -> str:
        given = {"submissionId": submission, "documentId": gid("Document", documents[name])}
        answer = (await ask(ATTACH, clerk, input=given))["attachSignedList"]
        return str(answer.get("code", answer["__typename"]))

    assert await attach("other") == await attach("evidence") == "NOT_FOUND"
    assert await attach("checking") == "SIGNED_LIST_NOT_READY"
    assert await database.fetchval("select signed_list_id from submissions") is None
    assert await attach("own") == "AttachSignedListPayload"
    assert await database.fetchval("select signed_list_id from submissions") == documents["own"]
    await database.execute("update submissions set state = 'REOPENED'")
    assert await attach("own") == "SIGNED_LIST_REOPENED"
    seen = await ask(
        "query ($id: ID!) { node(id: $id) { ... on Submission { signedList { id } } } }", clerk, id=submission
    )
    assert seen["node"]["signedList"] == {"id": gid("Document", documents["own"])}
