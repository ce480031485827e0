"""Switching the live refresh of a round on and off."""

from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person

SET = """mutation ($input: SetLiveRefreshInput!) { setLiveRefresh(input: $input) { __typename ... on Error { code }
  ... on SetLiveRefreshPayload { round { liveRefresh { everySeconds until problem { code } } } } } }"""
SHOW = "query ($round: ID!) { round(id: $round) { liveRefresh { everySeconds } } }"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


async def switch(ask: Ask, person: APerson, contest: AContest, **given: Any) -> Any:
    asked = {"roundId": gid("Round", contest.round_id), "reason": "决赛现场", **given}
    return (await ask(SET, person, input=asked))["setLiveRefresh"]


async def test_on_and_off(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser, judge = [await a_person(database, role, contest) for role in (Role.ORGANISER, Role.JUDGE)]
    switched = await switch(ask, organiser, contest, everySeconds=30)
    shown = {"everySeconds": 30, "until": "2100-01-01T00:00:00+08:00", "problem": None}
    assert switched["round"]["liveRefresh"] == shown  # as long as files are taken
    assert (await ask(SHOW, judge, round=gid("Round", contest.round_id)))["round"]["liveRefresh"] is None
    assert (await switch(ask, organiser, contest))["round"]["liveRefresh"] is None
    assert (await switch(ask, organiser, contest))["round"]["liveRefresh"] is None
    assert await database.fetchval("select array_agg(action) from audit_entries") == ["SET_LIVE_REFRESH"] * 2


async def test_switched_on_again_after_it_stopped(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    await switch(ask, organiser, contest, everySeconds=30)
    problem = {"code": "ROUND_WITHOUT_RULES", "parameters": {}}
    await database.execute("update live_refreshes set problem = $1", problem)
    switched = await switch(ask, organiser, contest, everySeconds=60, until="2099-01-01T00:00:00+08:00")
    assert switched["round"]["liveRefresh"] == {
        "everySeconds": 60,
        "until": "2099-01-01T00:00:00+08:00",
        "problem": None,
    }


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"everySeconds": 9}, "LIVE_INTERVAL"),
        ({"everySeconds": 30, "until": "2021-01-01T00:00:00+08:00"}, "LIVE_UNTIL"),
        ({"everySeconds": 30, "until": "2101-01-01T00:00:00+08:00"}, "LIVE_UNTIL"),
        ({"everySeconds": 30, "roundId": "x"}, "NOT_FOUND"),
    ],
)
async def test_what_does_not_fit_is_refused(
    ask: Ask, database: Pool, contest: AContest, given: dict[str, Any], code: str
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    assert (await switch(ask, organiser, contest, **given))["code"] == code
