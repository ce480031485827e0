"""A round is moved as long as it has not begun; until when its files are taken, at any time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.shared.beijing import said
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person, a_run

UPDATE = """mutation ($input: UpdateRoundInput!) { updateRound(input: $input) { __typename
  ... on UpdateRoundPayload { round { opensAt closesAt exportedUntil uploadsUntil } }
  ... on InvalidInput { field } ... on InvalidRules { problems { line } } ... on Error { code } } }"""
NOW = datetime.now(UTC).replace(microsecond=0)


def in_days(days: int) -> str:
    return (NOW + timedelta(days=days)).isoformat()


@pytest.fixture
async def contest(database: Pool) -> AContest:
    """Its round is to come: announced for in a month, its figures taken until a day after it."""
    contest = await a_contest(database)
    days = [NOW + timedelta(days=each) for each in (30, 31, 30, 32, 40)]
    await database.execute(
        "update rounds set opens_at = $1, closes_at = $2, exported_from = $3, exported_until = $4, uploads_until = $5",
        *days,
    )
    await database.execute("update rules set document = replace(document, '2021-10-01', '2099-01-01')")
    return contest


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def update(ask: Ask, person: APerson, contest: AContest, **given: object) -> Any:
    asked = {"id": gid("Round", contest.round_id), "reason": "场地确定", **given}
    return (await ask(UPDATE, person, input=asked))["updateRound"]


async def test_a_round_to_come_is_moved_and_cities_are_told(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool
) -> None:
    moved = {"opensAt": in_days(10), "closesAt": in_days(12), "exportedFrom": in_days(10), "exportedUntil": in_days(13)}
    answer = await update(ask, organiser, contest, **moved)
    assert answer["__typename"] == "UpdateRoundPayload", answer
    row = await database.fetchrow(
        "select opens_at, closes_at, exported_from, exported_until, uploads_until from rounds"
    )
    assert row is not None
    assert [(at - NOW).days for at in row] == [10, 12, 10, 13, 40]
    kept = await database.fetchrow("select action, subject_id, changes, reason from audit_entries")
    assert kept is not None
    assert (kept["action"], kept["subject_id"], kept["reason"]) == ("UPDATE_ROUND", contest.round_id, "场地确定")
    assert set(kept["changes"]) == {"opens_at", "closes_at", "exported_from", "exported_until"}
    told = await database.fetch("select code, parameters, city_id from messages order by city_id")
    window = {name: said(NOW + timedelta(days=days)) for name, days in (("opens", 10), ("closes", 12))}
    parameters = {"round": "选手全员赛", **window}
    assert [tuple(one) for one in told] == [("ROUND_MOVED", parameters, city) for city in sorted(contest.cities)]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({}, "opensAt", "ROUND_UNCHANGED"),
        ({"opensAt": in_days(-1)}, "opensAt", "ROUND_OPENS_PAST"),
        ({"closesAt": in_days(29)}, "closesAt", "TIMES_REVERSED"),
        ({"exportedUntil": in_days(30)}, "exportedUntil", "TIMES_REVERSED"),
        ({"exportsDueDays": -1}, "exportsDueDays", "NUMBER_OUT_OF_RANGE"),
    ],
)
async def test_times_that_do_not_fit_are_refused(
    ask: Ask, contest: AContest, organiser: APerson, given: dict[str, object], field: str, code: str
) -> None:
    answer = await update(ask, organiser, contest, **given)
    assert (answer["field"], answer["code"]) == (field, code)


async def test_the_rules_must_still_fit(ask: Ask, contest: AContest, organiser: APerson, database: Pool) -> None:
    answer = await update(ask, organiser, contest, exportedUntil="2099-01-02T00:00:00+08:00")
    assert answer["code"] == "INVALID_RULES"
    assert len(answer["problems"]) == 1
    assert await database.fetchval("select exported_until from rounds") == NOW + timedelta(days=32)


async def test_once_it_has_opened_or_was_scored_only_the_uploads_are_moved(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool
) -> None:
    await a_run(contest)
    assert (await update(ask, organiser, contest, closesAt=in_days(50)))["code"] == "ROUND_HAS_RUNS"
    await database.execute("update rounds set opens_at = now()")
    for name in ("opensAt", "closesAt", "exportedFrom", "exportedUntil"):
        assert (await update(ask, organiser, contest, **{name: in_days(50)}))["code"] == "ROUND_HAS_OPENED"
    answer = await update(ask, organiser, contest, uploadsUntil=in_days(50))
    assert answer["__typename"] == "UpdateRoundPayload"
    assert await database.fetchval("select uploads_until from rounds") == NOW + timedelta(days=50)
    assert await database.fetchval("select array_agg(distinct code) from messages") == ["UPLOADS_UNTIL_SET"]
