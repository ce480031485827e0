"""Freezing a ranking: what is adopted behind it, and showing everything again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.rules.check import parse_rules
from services.shared.scoring_runs.start import CannotStartError, pin
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.api.publications.conftest import CONTACTS, PREPARE
from tests.api.test_finalists import SELECT
from tests.factories import AContest, APerson, a_contest, a_person, a_scored_run, an_account
from tests.scorer.scoring_runs.test_fixed_inputs import FINAL as CARRYING

SHOWN = """query ($round: ID!) {
  round(id: $round) { adoptedRun { number adopted } }
  scoringRuns(roundId: $round) { nodes { number } }
  rankings(roundId: $round) { nodes { number } } }"""
ADOPT = """mutation ($input: AdoptRunInput!) { adoptRun(input: $input) { __typename ... on Error { code } } }"""
FREEZE = """mutation ($input: FreezeRankingInput!) { freezeRanking(input: $input) {
  __typename ... on Error { code } ... on FreezeRankingPayload { round { frozenFrom } } } }"""
UNFREEZE = """mutation ($input: UnfreezeRankingInput!) { unfreezeRanking(input: $input) {
  __typename ... on Error { code } ... on UnfreezeRankingPayload { round { frozenFrom } } } }"""
COMPARE = """mutation ($input: CompareRunsInput!) { compareRuns(input: $input) { __typename ... on Error { code } } }"""
RECORD = """query ($contest: ID!) { auditLog(contestId: $contest) { totalCount nodes { action } } }"""
BEFORE, AFTER = {"number": 1, "adopted": True}, {"number": 2, "adopted": True}


@pytest.fixture
async def contest(database: Pool) -> AContest:
    """The first of two people leads in the adopted run."""
    contest = await a_contest(database)
    await a_scored_run(contest, [await an_account(contest, f"账号{number}") for number in range(2)], adopted=True)
    return contest


async def seen(ask: Ask, person: APerson, contest: AContest) -> tuple[Any, ...]:
    """The adopted run, all runs, and who leads."""
    found = await ask(SHOWN, person, round=gid("Round", contest.round_id))
    runs = [one["number"] for one in found["scoringRuns"]["nodes"]]
    return found["round"]["adoptedRun"], runs, [one["number"] for one in found["rankings"]["nodes"]]


async def freeze(ask: Ask, person: APerson, contest: AContest, **given: Any) -> Any:
    asked = {"roundId": gid("Round", contest.round_id), "reason": "决赛最后一小时封榜", **given}
    return (await ask(FREEZE, person, input=asked))["freezeRanking"]


async def unfreeze(ask: Ask, person: APerson, contest: AContest) -> Any:
    asked = {"roundId": gid("Round", contest.round_id), "reason": "决赛结束"}
    return (await ask(UNFREEZE, person, input=asked))["unfreezeRanking"]


async def test_what_is_adopted_behind_a_freeze_is_shown_to_organisers_then_to_all(
    ask: Ask, database: Pool, contest: AContest
) -> None:
    organiser, judge = [await a_person(database, role, contest) for role in (Role.ORGANISER, Role.JUDGE)]
    assert (await freeze(ask, organiser, contest))["round"]["frozenFrom"] is not None
    accounts = [await an_account(contest, f"新账号{number}") for number in range(2)]
    run_id = await a_scored_run(contest, accounts)
    asked = {"runId": gid("ScoringRun", run_id), "reason": "采用最新核算"}
    assert (await ask(ADOPT, organiser, input=asked))["adoptRun"]["__typename"] == "AdoptRunPayload"
    assert await seen(ask, organiser, contest) == (AFTER, [2, 1], [3, 4])
    assert await seen(ask, judge, contest) == (BEFORE, [1], [1, 2])
    assert (await unfreeze(ask, organiser, contest))["round"]["frozenFrom"] is None
    assert await seen(ask, judge, contest) == (AFTER, [2, 1], [3, 4])
    actions = "select array_agg(action order by id) from audit_entries"
    assert await database.fetchval(actions) == ["FREEZE_RANKING", "ADOPT_RUN", "UNFREEZE_RANKING"]


async def test_what_a_freeze_keeps_back_is_neither_published_nor_selected_from_nor_carried_over(
    ask: Ask, database: Pool, contest: AContest
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    notice = {"roundId": gid("Round", contest.round_id), "stage": "PROPOSED", "noticeDays": 5, "contacts": CONTACTS}
    selection = {"roundId": gid("Round", contest.round_id), "reason": "会议决定"}
    await freeze(ask, organiser, contest)
    run_id = await a_scored_run(contest, [await an_account(contest, "新账号")])
    asked = {"runId": gid("ScoringRun", run_id), "reason": "采用最新核算"}
    await ask(ADOPT, organiser, input=asked)
    assert (await ask(PREPARE, organiser, input=notice))["publishRun"]["code"] == "RUN_KEPT_BACK"
    assert (await ask(SELECT, organiser, input=selection))["selectFinalists"]["code"] == "RUN_KEPT_BACK"
    async with database.acquire() as connection:
        with pytest.raises(CannotStartError, match="EARLIER_RESULT_KEPT_BACK"):
            await pin(connection, contest.id, parse_rules(CARRYING))
        await unfreeze(ask, organiser, contest)
        assert (await pin(connection, contest.id, parse_rules(CARRYING))).carried_runs == [run_id]
    assert (await ask(PREPARE, organiser, input=notice))["publishRun"]["__typename"] == "PublishRunPayload"
    assert await database.fetchval("select run_id from publications") == run_id
    assert "code" not in (await ask(SELECT, organiser, input=selection))["selectFinalists"]


async def test_the_record_keeps_back_what_was_compared_behind_a_freeze(
    ask: Ask, database: Pool, contest: AContest
) -> None:
    organiser, auditor = [await a_person(database, role, contest) for role in (Role.ORGANISER, Role.AUDITOR)]
    held = await database.fetchval("select adopted_run_id from rounds where id = $1", contest.round_id)
    await freeze(ask, organiser, contest)
    run_id = await a_scored_run(contest, [await an_account(contest, "新账号")])
    asked = {"baseRunId": gid("ScoringRun", held), "otherRunId": gid("ScoringRun", run_id)}
    assert (await ask(COMPARE, organiser, input=asked))["compareRuns"]["__typename"] == "CompareRunsPayload"
    for person, said in ((organiser, ["COMPARE_RUNS", "FREEZE_RANKING"]), (auditor, ["FREEZE_RANKING"])):
        found = (await ask(RECORD, person, contest=gid("Contest", contest.id)))["auditLog"]
        assert ([one["action"] for one in found["nodes"]], found["totalCount"]) == (said, len(said))


async def test_before_its_hour_a_freeze_keeps_nothing_back(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser, judge = [await a_person(database, role, contest) for role in (Role.ORGANISER, Role.JUDGE)]
    await freeze(ask, organiser, contest, frozenFrom=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    run_id = await a_scored_run(contest, [await an_account(contest, "新账号")])
    await ask(ADOPT, organiser, input={"runId": gid("ScoringRun", run_id), "reason": "采用最新核算"})
    assert await seen(ask, judge, contest) == (AFTER, [2, 1], [3])


async def test_what_does_not_fit_is_refused(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser, judge = [await a_person(database, role, contest) for role in (Role.ORGANISER, Role.JUDGE)]
    assert (await unfreeze(ask, organiser, contest))["code"] == "RANKING_NOT_FROZEN"
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert (await freeze(ask, organiser, contest, frozenFrom=past))["code"] == "FREEZE_IN_PAST"
    assert (await freeze(ask, judge, contest))["code"] == "NOT_ALLOWED"
    await freeze(ask, organiser, contest)
    assert (await freeze(ask, organiser, contest))["code"] == "RANKING_FROZEN"
