"""Organisers hand in lists that evidence is matched with; organisers and auditors see how many are on them."""

from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadKind
from services.shared.identity import new_id
from services.shared.settings import Settings
from services.shared.storage import open_files
from services.shared.vocabulary import ReviewStep, Role
from tests.api.conftest import Ask, gid
from tests.api.reviewing import REVIEW
from tests.factories import AContest, APerson, a_contest, a_person, an_upload
from tests.people import VAULT, a_contestant

IMPORT = """mutation ($input: ImportGivenListInput!) { importGivenList(input: $input) { __typename
  ... on ImportGivenListPayload { givenList { id key title state people } }
  ... on InvalidInput { field } ... on Error { code } } }"""
LISTS = """query ($id: ID!) { givenLists(contestId: $id) { key title people } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def given(contest: AContest, settings: Settings, kind: UploadKind = UploadKind.GIVEN_LIST) -> dict[str, Any]:
    upload = await an_upload(contest, open_files(settings), "名单.csv", "身份证号\n".encode(), kind=kind)
    return {
        "contestId": gid("Contest", contest.id),
        "key": "training-2020",
        "title": "2020 年培训名单",
        "uploadId": gid("Upload", upload),
    }


async def test_a_list_is_handed_in_once(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool, settings: Settings
) -> None:
    asked = {**await given(contest, settings), "idempotencyKey": "k"}
    first, again = [(await ask(IMPORT, organiser, input=asked))["importGivenList"] for _ in range(2)]
    assert first == again
    assert (first["givenList"]["key"], first["givenList"]["state"]) == ("training-2020", "QUEUED")
    jobs = await database.fetch("select kind from jobs where kind <> 'INGEST_UPLOAD'")
    assert [one["kind"] for one in jobs] == ["IMPORT_GIVEN_LIST"]
    kept = await database.fetch("select action, user_id from audit_entries")
    assert [tuple(one) for one in kept] == [("IMPORT_GIVEN_LIST", organiser.user_id)]
    once_more = (await ask(IMPORT, organiser, input={**asked, "idempotencyKey": "another"}))["importGivenList"]
    assert once_more["code"] == "ROSTER_BYTES_DELETED"


async def test_only_an_organisers_list_that_was_uploaded_as_one_is_taken(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool, settings: Settings
) -> None:
    asked = await given(contest, settings)
    roster = await given(contest, settings, UploadKind.ROSTER)
    other = await a_person(database, Role.ORGANISER, await a_contest(database))
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    for person, wanted, code in (
        (organiser, roster, "UPLOAD_NOT_A_GIVEN_LIST"),
        (organiser, {**asked, "key": "Nope!"}, "LIST_KEY_INVALID"),
        (organiser, {**asked, "title": " "}, "TEXT_EMPTY"),
        (other, asked, "NOT_FOUND"),
        (clerk, asked, "NOT_ALLOWED"),
    ):
        assert (await ask(IMPORT, person, input=wanted))["importGivenList"]["code"] == code
    assert await database.fetchval("select count(*) from given_lists") == 0


async def test_a_city_sees_no_given_list(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool, settings: Settings
) -> None:
    made = (await ask(IMPORT, organiser, input=await given(contest, settings)))["importGivenList"]["givenList"]
    seen = [{"key": "training-2020", "title": "2020 年培训名单", "people": 0}]
    auditor = await a_person(database, Role.AUDITOR, contest)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    expected: tuple[tuple[APerson | None, list[Any]], ...] = (
        (organiser, seen),
        (auditor, seen),
        (leader, []),
        (None, []),
    )
    for person, lists in expected:
        assert (await ask(LISTS, person, id=gid("Contest", contest.id)))["givenLists"] == lists
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await ask(node, leader, id=made["id"]))["node"] is None
    assert (await ask(node, auditor, id=made["id"]))["node"] == {"id": made["id"]}


async def test_of_the_lists_of_a_key_the_last_that_was_read_holds(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool
) -> None:
    one = await a_contestant(contest, step=ReviewStep.ORGANISER)
    asked_for = [{"key": "training", "title": "培训名单", "kind": "GIVEN_LIST", "required": True}]
    await database.execute("update divisions set evidence = $1", asked_for)

    async def a_list(state: str, *names: str) -> None:
        list_id = new_id()
        await database.execute(
            "insert into given_lists (id, contest_id, key, title, state) values ($1, $2, 'training', '培训名单', $3)",
            *(list_id, contest.id, state),
        )
        for line, number in enumerate(names):
            await database.execute(
                "insert into given_list_people values ($1, $2, $3)", *(list_id, VAULT.index(number), line)
            )

    async def seen() -> list[Any]:
        evidence = "query ($id: ID!) { node(id: $id) { ... on Contestant { evidence { given } } } }"
        status = "query ($id: ID!) { node(id: $id) { ... on City { status { incomplete { lacks } } } } }"
        given = {"contestantIds": [gid("Contestant", one.id)], "decision": "APPROVED"}
        return [
            (await ask(evidence, organiser, id=gid("Contestant", one.id)))["node"]["evidence"][0]["given"],
            (await ask(status, organiser, id=gid("City", contest.cities[0])))["node"]["status"]["incomplete"],
            (await ask(REVIEW, organiser, input=given))["reviewEligibility"].get("code"),
        ]

    missing = [False, [{"lacks": ["培训名单"]}], "REVIEW_EVIDENCE_MISSING"]
    await a_list("DONE", one.id_number)
    await a_list("DONE", "420000199001010011")
    assert await seen() == missing
    await a_list("DONE", one.id_number)
    await a_list("REFUSED")
    assert await seen() == [True, [], None]
