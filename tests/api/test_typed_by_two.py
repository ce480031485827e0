"""Figures typed off a screen by two people, blind to each other."""

from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask
from tests.api.test_typed_figures import TYPE, figures
from tests.factories import AContest, APerson, a_contest, a_person, an_account

CONFIRM = """mutation ($input: ConfirmTypedFiguresInput!) { confirmTypedFigures(input: $input) {
  __typename ... on ConfirmTypedFiguresPayload { upload { state } } ... on Error { code } } }"""
DECLINE = """mutation ($input: DeclineTypedFiguresInput!) { declineTypedFigures(input: $input) {
  __typename ... on DeclineTypedFiguresPayload { upload { state withdrawnReason } } ... on Error { code } } }"""
COMPLETE = "mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { ... on Error { code } } }"
JOBS = "select count(*) from jobs where kind = 'INGEST_UPLOAD'"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    contest = await a_contest(database)
    await database.execute("update contests set typing_needs_two = true")
    return contest


@pytest.fixture
async def people(database: Pool, contest: AContest) -> list[APerson]:
    return [await a_person(database, Role.ORGANISER, contest) for _ in range(2)]


@pytest.fixture
async def typed(ask: Ask, contest: AContest, people: list[APerson]) -> dict[str, Any]:
    """What the first person typed, as it is given once more."""
    given = figures(contest, await an_account(contest, "lisi"))
    upload = (await ask(TYPE, people[0], input=given))["typeFigures"]["upload"]
    assert upload["state"] == "CREATED"
    return {"uploadId": upload["id"], "rows": given["rows"]}


async def confirm(ask: Ask, person: APerson, typed: dict[str, Any]) -> Any:
    return (await ask(CONFIRM, person, input=typed))["confirmTypedFigures"]


async def test_they_count_once_a_second_person_typed_the_same(
    ask: Ask, database: Pool, people: list[APerson], typed: dict[str, Any]
) -> None:
    assert await database.fetchval(JOBS) == 0
    assert await database.fetchval("select array_agg(distinct code) from messages") == ["FIGURES_WAIT"]
    assert (await confirm(ask, people[0], typed))["code"] == "FIGURES_OF_YOUR_OWN"
    completed = await ask(COMPLETE, people[0], input={"uploadId": typed["uploadId"]})
    assert completed["completeUpload"] == {"code": "FIGURES_WAIT_FOR_ANOTHER"}
    other = [{"figures": [*typed["rows"][0]["figures"][:2], {"column": "plays", "value": "1.3万"}]}]
    assert (await confirm(ask, people[1], {**typed, "rows": other}))["code"] == "FIGURES_DIFFER"
    assert await database.fetchval(JOBS) == 0
    assert (await confirm(ask, people[1], typed))["upload"] == {"state": "QUEUED"}
    assert await database.fetchval(JOBS) == 1
    assert (await confirm(ask, people[1], typed))["code"] == "FIGURES_NOT_WAITING"


async def test_they_are_declined_with_a_reason(
    ask: Ask, database: Pool, people: list[APerson], typed: dict[str, Any]
) -> None:
    asked = {"uploadId": typed["uploadId"], "reason": "第一次录错行"}
    declined = (await ask(DECLINE, people[1], input=asked))["declineTypedFigures"]["upload"]
    assert declined == {"state": "WITHDRAWN", "withdrawnReason": "第一次录错行"}
    assert (await confirm(ask, people[1], typed))["code"] == "FIGURES_NOT_WAITING"
    assert await database.fetchval(JOBS) == 0
