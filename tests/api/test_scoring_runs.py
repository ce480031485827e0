"""Starting, cancelling and adopting runs."""

import asyncio

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person, a_run, a_scored_run, an_account

START = """mutation ($round: ID!, $key: String) {
  startScoringRun(input: {roundId: $round, reason: "初评", idempotencyKey: $key}) {
    __typename ... on StartScoringRunPayload { scoringRun { id number state sequence rules { version } adopted } }
    ... on Error { code } } }"""
CANCEL = """mutation ($run: ID!) { cancelScoringRun(input: {runId: $run, reason: "规则有误"}) {
  __typename ... on CancelScoringRunPayload { scoringRun { state } } ... on Error { code } } }"""
ADOPT = """mutation ($input: AdoptRunInput!) { adoptRun(input: $input) {
  __typename ... on AdoptRunPayload { scoringRun { adopted } round { adoptedRun { id } } } ... on Error { code } } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def rows(database: Pool, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await database.fetch(query)]


async def test_a_run_pins_the_uploads_and_the_rules(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    await database.execute("update contests set sequence = 7")
    round_id = gid("Round", contest.round_id)
    first = (await ask(START, organiser, round=round_id))["startScoringRun"]["scoringRun"]
    second = (await ask(START, organiser, round=round_id))["startScoringRun"]["scoringRun"]
    assert {**first, "id": ""} == {
        "id": "",
        "number": 1,
        "state": "QUEUED",
        "sequence": 7,
        "rules": {"version": 1},
        "adopted": False,
    }
    assert second["number"] == 2
    assert await rows(database, "select kind, state from jobs") == [("RUN_SCORING", "QUEUED")] * 2


async def test_a_double_click_starts_one_run(ask: Ask, database: Pool, contest: AContest, organiser: APerson) -> None:
    round_id = gid("Round", contest.round_id)
    answers = await asyncio.gather(*(ask(START, organiser, round=round_id, key="click") for _ in range(8)))
    assert len({answer["startScoringRun"]["scoringRun"]["id"] for answer in answers}) == 1
    assert await database.fetchval("select count(*) from scoring_runs") == 1


async def test_a_round_without_rules_is_not_scored(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    await database.execute("delete from rules")
    answer = await ask(START, organiser, round=gid("Round", contest.round_id))
    assert answer["startScoringRun"] == {"__typename": "Conflict", "code": "ROUND_WITHOUT_RULES"}


async def test_a_cancelled_run_takes_its_job_along(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    run = gid("ScoringRun", await a_run(contest))
    for _ in range(2):
        assert (await ask(CANCEL, organiser, run=run))["cancelScoringRun"]["scoringRun"] == {"state": "CANCELLED"}
    assert await rows(database, "select state, attempt from jobs") == [("CANCELLED", 2)]
    adopted = await ask(ADOPT, organiser, input={"runId": run, "reason": "r"})
    assert adopted["adoptRun"]["code"] == "RUN_NOT_SCORED"


async def test_cancelling_waits_for_whoever_gives_the_run_up(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    """As the sweeper does: the job first, then the run."""
    run = await a_run(contest)
    waiting = """select exists (
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"""
    async with database.acquire() as sweeper, sweeper.transaction():
        await sweeper.execute("select from jobs for update")
        cancelling = asyncio.ensure_future(ask(CANCEL, organiser, run=gid("ScoringRun", run)))
        while not await database.fetchval(waiting):  # noqa: ASYNC110  PostgreSQL tells nobody
            await asyncio.sleep(0.01)
        await sweeper.execute("update scoring_runs set state = 'FAILED' where id = $1", run)
    assert (await cancelling)["cancelScoringRun"]["code"] == "RUN_ENDED"


async def test_a_scored_run_is_not_cancelled(ask: Ask, contest: AContest, organiser: APerson) -> None:
    run = gid("ScoringRun", await a_scored_run(contest, [await an_account(contest, "a")]))
    assert (await ask(CANCEL, organiser, run=run))["cancelScoringRun"] == {
        "__typename": "Conflict",
        "code": "RUN_ENDED",
    }


async def test_adopting_swaps_the_run_and_keeps_who_did_it(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    account = await an_account(contest, "a")
    runs = [await a_scored_run(contest, [account]) for _ in range(2)]
    for run in (*runs, runs[1], runs[0]):
        given = {"runId": gid("ScoringRun", run), "reason": "复核"}
        answer = (await ask(ADOPT, organiser, input=given))["adoptRun"]
        assert answer["round"] == {"adoptedRun": {"id": gid("ScoringRun", run)}}
    kept = await rows(database, "select run_id, replaced_run_id, adopted_by from adoptions order by adopted_at")
    user = organiser.user_id
    assert kept == [(runs[0], None, user), (runs[1], runs[0], user), (runs[0], runs[1], user)]


HISTORY = """query ($id: ID!) { node(id: $id) { ... on Round {
  adoptions { run { number } replaced { number } reason adoptedBy } } } }"""


async def test_officials_read_what_was_adopted_when_and_why(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    account = await an_account(contest, "a")
    runs = [await a_scored_run(contest, [account]) for _ in range(2)]
    for run, reason in ((runs[0], "初评"), (runs[1], "申诉后"), (runs[0], "恢复初评")):
        await ask(ADOPT, organiser, input={"runId": gid("ScoringRun", run), "reason": reason})
    auditor = await a_person(database, Role.AUDITOR, contest)
    round_id = gid("Round", contest.round_id)
    adoptions = (await ask(HISTORY, auditor, id=round_id))["node"]["adoptions"]
    assert [(each["run"]["number"], each["replaced"], each["reason"]) for each in adoptions] == [
        (1, {"number": 2}, "恢复初评"),
        (2, {"number": 1}, "申诉后"),
        (1, None, "初评"),
    ]
    assert {each["adoptedBy"] for each in adoptions} == {organiser.login}
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    assert (await ask(HISTORY, leader, id=round_id))["node"]["adoptions"] is None


async def test_of_two_who_adopt_at_once_one_gets_a_conflict(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    account = await an_account(contest, "a")
    runs = [gid("ScoringRun", await a_scored_run(contest, [account])) for _ in range(2)]
    answers = await asyncio.gather(
        *(ask(ADOPT, organiser, input={"runId": run, "reason": "r", "replacesRunId": None}) for run in runs)
    )
    assert sorted(answer["adoptRun"].get("code", "") for answer in answers) == ["", "ANOTHER_RUN_ADOPTED"]
    assert await database.fetchval("select count(*) from adoptions") == 1
