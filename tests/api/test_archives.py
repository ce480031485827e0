"""Archiving a contest through the API: who may ask, who may fetch, and that every byte arrives."""

import hashlib
from typing import Any

import httpx
import pytest

from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import a_contestant
from tests.scorer.conftest import scorer as scorer  # noqa: PLC0414  a fixture of theirs
from tests.scorer.doing import do

ARCHIVE = """mutation ($input: ArchiveContestInput!) { archiveContest(input: $input) { __typename
  ... on ArchiveContestPayload { archive { id state askedBy } } ... on Error { code } } }"""
FETCH = """mutation ($input: FetchArchiveInput!) { fetchArchive(input: $input) { __typename
  ... on FetchArchivePayload { url passphrase } ... on Error { code } } }"""
LIST = """query ($id: ID!) { archives(contestId: $id) { totalCount
  nodes { id state partsDone partsTotal size sha256 error { code } } } }"""
ERASE = """mutation ($input: EraseContestantInput!) { eraseContestant(input: $input) { __typename
  ... on Error { code } } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


def bearer(person: APerson) -> dict[str, str]:
    return {"authorization": f"Bearer {person.token}"}


async def asked(ask: Ask, contest: AContest, person: APerson, **more: str | bool) -> dict[str, Any]:
    answer: dict[str, Any] = await ask(ARCHIVE, person, input={"contestId": gid("Contest", contest.id), **more})
    return dict(answer["archiveContest"])


async def fetched(ask: Ask, archive: str, person: APerson) -> dict[str, Any]:
    return dict((await ask(FETCH, person, input={"id": archive}))["fetchArchive"])


async def test_an_archive_is_made_once_and_its_every_byte_arrives(
    ask: Ask, client: httpx.AsyncClient, scorer: Scorer, contest: AContest, organiser: APerson
) -> None:
    answers = [await asked(ask, contest, organiser, idempotencyKey="once") for _ in range(2)]
    assert answers[0] == answers[1]
    archive = answers[0]["archive"]["id"]
    assert (answers[0]["archive"]["state"], (await fetched(ask, archive, organiser))["code"]) == (
        "QUEUED",
        "ARCHIVE_NOT_READY",
    )
    await do(scorer, await contest.pool.fetchval("select id from archives"))
    (one,) = (await ask(LIST, organiser, id=gid("Contest", contest.id)))["archives"]["nodes"]
    assert (one["id"], one["state"], one["partsDone"] == one["partsTotal"] > 0) == (archive, "READY", True)
    url = (await fetched(ask, archive, organiser))["url"]
    response = await client.get(url, headers=bearer(organiser))
    assert (len(response.content), hashlib.sha256(response.content).hexdigest()) == (one["size"], one["sha256"])
    assert response.headers["content-type"] == "application/zip"
    assert (await client.get(url, headers=bearer(organiser))).status_code == 404  # an address is good once
    rows = await contest.pool.fetch("select action from audit_entries order by id")
    assert [row["action"] for row in rows] == ["ARCHIVE_CONTEST", "ARCHIVE_READY", "FETCH_ARCHIVE"]


async def test_auditors_fetch_archives_and_nobody_else_beside_organisers_learns_of_them(
    ask: Ask, scorer: Scorer, contest: AContest, organiser: APerson
) -> None:
    archive = (await asked(ask, contest, organiser))["archive"]["id"]
    await do(scorer, await contest.pool.fetchval("select id from archives"))
    auditor = await a_person(contest.pool, Role.AUDITOR, contest)
    assert (await asked(ask, contest, auditor))["code"] == "NOT_ALLOWED"
    assert "url" in await fetched(ask, archive, auditor)
    leader = await a_person(contest.pool, Role.CITY_LEADER, contest, city=contest.cities[0])
    for other in (leader, await a_person(contest.pool, Role.JUDGE, contest)):
        assert (await ask(LIST, other, id=gid("Contest", contest.id)))["archives"]["totalCount"] == 0
        assert (await asked(ask, contest, other))["code"] == "NOT_ALLOWED"
    elsewhere = await a_person(contest.pool, Role.AUDITOR, await a_contest(contest.pool))
    assert (await fetched(ask, archive, elsewhere))["code"] == "NOT_FOUND"


async def test_organisers_alone_get_what_opens_the_originals(
    ask: Ask, scorer: Scorer, contest: AContest, organiser: APerson
) -> None:
    plain = (await asked(ask, contest, organiser))["archive"]["id"]
    whole = (await asked(ask, contest, organiser, withOriginals=True))["archive"]["id"]
    for row in await contest.pool.fetch("select id from archives"):
        await do(scorer, row["id"])
    auditor = await a_person(contest.pool, Role.AUDITOR, contest)
    got = [await fetched(ask, *wanted) for wanted in ((plain, organiser), (whole, auditor), (whole, organiser))]
    assert [one["passphrase"] is not None for one in got] == [False, False, True]
    told = await contest.pool.fetch("select changes from audit_entries where action = 'FETCH_ARCHIVE' order by id")
    assert [row["changes"] for row in told] == [{}, {}, {"with_originals": [None, True]}]


async def test_whoever_stands_on_a_side_and_an_auditor_during_a_freeze_fetch_none(
    ask: Ask, scorer: Scorer, contest: AContest, organiser: APerson
) -> None:
    archive = (await asked(ask, contest, organiser))["archive"]["id"]
    await do(scorer, await contest.pool.fetchval("select id from archives"))
    auditor = await a_person(contest.pool, Role.AUDITOR, contest)
    await contest.pool.execute("update rounds set frozen_from = now()")
    assert (await fetched(ask, archive, auditor))["code"] == "ARCHIVE_WHILE_FROZEN"
    assert "url" in await fetched(ask, archive, organiser)
    await contest.pool.execute(
        "insert into grants (id, user_id, role, contest_id, city_id) values (gen_random_uuid(), $1, $2, $3, $4)",
        *(organiser.user_id, Role.CITY_LEADER, contest.id, contest.cities[0]),
    )
    fresh = await a_person(contest.pool, Role.ORGANISER, contest)
    await contest.pool.execute("update grants set user_id = $1 where role = 'CITY_LEADER'", fresh.user_id)
    assert (await fetched(ask, archive, fresh))["code"] == "ARCHIVE_NOT_FOR_CONCERNED"


async def test_erasing_somebody_takes_the_archives_that_name_them_away(
    ask: Ask, client: httpx.AsyncClient, scorer: Scorer, contest: AContest, organiser: APerson
) -> None:
    person = await a_contestant(contest, "袁月月")
    archive = (await asked(ask, contest, organiser))["archive"]["id"]
    await do(scorer, await contest.pool.fetchval("select id from archives"))
    url = (await fetched(ask, archive, organiser))["url"]
    waiting = (await asked(ask, contest, organiser))["archive"]["id"]
    given = {"contestantId": gid("Contestant", person.id), "reason": "本人要求"}
    assert (await ask(ERASE, organiser, input=given))["eraseContestant"]["__typename"] == "EraseContestantPayload"
    found = (await ask(LIST, organiser, id=gid("Contest", contest.id)))["archives"]["nodes"]
    assert [(one["id"], one["state"]) for one in found] == [(waiting, "DELETED"), (archive, "DELETED")]
    assert (await client.get(url, headers=bearer(organiser))).status_code == 404
