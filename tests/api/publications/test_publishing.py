"""Preparing, approving, declining and withdrawing revisions, and what follows what."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from services.scorer.context import Scorer
from services.scorer.jobs.perform import MOST_TRIES
from services.shared.changes import listen
from services.shared.database.pool import Pool
from services.shared.publications.signature import is_signed
from services.shared.publications.snapshot import digest_of, read_snapshot
from services.shared.publications.store import find_current
from services.shared.vocabulary import Place, PublicationStage, Role
from tests.api.conftest import Ask, gid
from tests.api.publications.conftest import (
    APPROVE,
    DECLINE,
    PREPARE,
    WITHDRAW,
    Publish,
    Stage,
    a_notice,
    finalists_confirmed,
    hour_comes,
    key,
    notice_ends,
)
from tests.factories import RULES, a_person, a_scored_run
from tests.scorer.doing import do

READ = """query ($contest: String!, $revision: Int) { publication(contest: $contest, revision: $revision) {
  revision stage public title contestTitle hosts { name role } contacts { name phone role } digest signature publicKey
  canonical run { number } rules { title version } items { key title } finalistsConfirmed withdrawnReason reason
  corrects { revision } replacedBy { revision } preparedBy
  standings { totalCount nodes { position rank number name account city { name } division { name } total finalist
    contestant { id } score { total } verification } } } }"""


async def refused(ask: Ask, on: Stage, /, **asked: Any) -> str:
    answer = (await ask(PREPARE, on.undertaker, input=a_notice(on, **asked)))["publishRun"]
    code: str = answer["code"]
    return code


async def test_everybody_reads_what_one_prepared_and_another_approved(
    ask: Ask, database: Pool, stage: Stage, publish: Publish
) -> None:
    made = await publish()
    assert (made["revision"], made["state"], made["public"]) == (1, "APPROVED", True)
    read = (await ask(READ, contest=stage.slug))["publication"]
    assert (read["revision"], read["stage"], read["title"]) == (1, "PROPOSED", "选手全员赛成绩公示")
    assert [contact["role"] for contact in read["contacts"]] == ["CONTACT", "SUPERVISION"]
    assert read["standings"]["totalCount"] == 4
    first = read["standings"]["nodes"][0]
    assert (first["position"], first["name"], first["total"], first["finalist"]) == (1, "账号0", "99.50", "STREAMER")
    assert (first["contestant"], first["score"], first["verification"], read["preparedBy"]) == (None,) * 4


async def test_digest_and_signature_are_over_the_canonical_form(ask: Ask, stage: Stage, publish: Publish) -> None:
    await publish()
    read = (await ask(READ, contest=stage.slug))["publication"]
    canonical = read["canonical"].encode()
    assert digest_of(canonical) == read["digest"]
    assert is_signed(canonical, bytes.fromhex(read["signature"]), bytes.fromhex(read["publicKey"]))
    snapshot = read_snapshot(canonical)
    assert snapshot.canonical() == canonical
    assert snapshot.revision == 1
    assert [one.finalist for one in snapshot.standings] == [Place.STREAMER] * 2 + [Place.RESERVE] * 2


async def test_who_prepared_it_does_not_approve_it(ask: Ask, stage: Stage, prepare: Publish) -> None:
    prepared = await prepare()
    for mutation, name, reason in (
        (APPROVE, "approvePublication", {}),
        (DECLINE, "declinePublication", {"reason": "不妥"}),
    ):
        answer = await ask(mutation, stage.undertaker, input={"publicationId": prepared["id"], **reason})
        assert answer[name]["code"] == "PUBLICATION_NEEDS_ANOTHER"


async def test_only_the_host_approves(ask: Ask, database: Pool, stage: Stage, prepare: Publish) -> None:
    prepared = await prepare()
    another = await a_person(database, Role.ORGANISER, stage.contest)
    await database.execute("update grants set host_role = 'UNDERTAKER' where user_id = $1", another.user_id)
    asked = {"publicationId": prepared["id"]}
    assert (await ask(APPROVE, another, input=asked))["approvePublication"]["code"] == "PUBLICATION_NEEDS_HOST"
    of_both_sides = await a_person(database, Role.ORGANISER, stage.contest)
    approved = (await ask(APPROVE, of_both_sides, input=asked))["approvePublication"]["publication"]
    assert approved["state"] == "APPROVED"


async def test_what_was_read_is_what_is_approved(ask: Ask, stage: Stage, prepare: Publish) -> None:
    prepared = await prepare()
    wrong = {"publicationId": prepared["id"], "digest": "0" * 64}
    assert (await ask(APPROVE, stage.host, input=wrong))["approvePublication"]["code"] == "ANOTHER_DIGEST"


async def test_a_declined_one_gives_its_number_back(ask: Ask, stage: Stage, prepare: Publish, publish: Publish) -> None:
    prepared = await prepare()
    assert await refused(ask, stage) == "PUBLICATION_WAITS"
    asked = {"publicationId": prepared["id"], "reason": "联系电话有误"}
    declined = (await ask(DECLINE, stage.host, input=asked))["declinePublication"]["publication"]
    assert (declined["state"], declined["decidedReason"]) == ("DECLINED", "联系电话有误")
    assert (await publish())["revision"] == 1


async def test_a_run_adopted_meanwhile_is_not_what_was_prepared(ask: Ask, stage: Stage, prepare: Publish) -> None:
    prepared = await prepare()
    await a_scored_run(stage.contest, stage.accounts, adopted=True)
    answer = await ask(APPROVE, stage.host, input={"publicationId": prepared["id"]})
    assert answer["approvePublication"]["code"] == "ANOTHER_RUN_ADOPTED"
    assert await refused(ask, stage, runId=gid("ScoringRun", stage.run_id)) == "ANOTHER_RUN_ADOPTED"


async def test_final_follows_a_notice_that_has_ended(ask: Ask, database: Pool, stage: Stage, publish: Publish) -> None:
    final: dict[str, Any] = {"stage": "FINAL", "noticeUntil": None, "contacts": []}
    assert await refused(ask, stage, **final) == "NOTICE_MISSING"
    await publish()
    assert await refused(ask, stage, **final) == "NOTICE_NOT_ENDED"
    await notice_ends(database)
    assert await refused(ask, stage, **final) == "PUBLICATION_BEFORE_FINALISTS"
    await finalists_confirmed(stage)
    made = await publish(**final)
    assert (made["revision"], made["stage"], made["corrects"]) == (2, "FINAL", None)
    async with database.acquire() as connection:
        current = await find_current(connection, stage.contest.round_id)
    assert current is not None
    assert (current.revision, current.stage, current.notice_until) == (2, PublicationStage.FINAL, None)


async def test_final_leaves_nothing_to_decide(ask: Ask, database: Pool, stage: Stage, publish: Publish) -> None:
    await publish()
    await notice_ends(database)
    final: dict[str, Any] = {"stage": "FINAL", "noticeUntil": None, "contacts": []}
    await database.execute(
        "insert into awards (run_id, position, award, title, city_id, contestant_id, place, seats)"
        " select $1, position, 'first', '一等奖', city_id, contestant_id, 1, 1 from scores where run_id = $1",
        stage.run_id,
    )
    assert await refused(ask, stage, **final) == "PUBLICATION_BEFORE_AWARDS"
    await database.execute("update awards set seats = null")
    another = await a_scored_run(stage.contest, stage.accounts)
    await database.execute(
        "insert into finalist_selections (id, contest_id, round_id, run_id, reason) values ($1, $2, $3, $4, '')",
        *(another, stage.contest.id, stage.contest.round_id, another),
    )
    assert await refused(ask, stage, **final) == "SELECTION_OF_ANOTHER_RUN"
    await database.execute("update finalist_selections set run_id = $1", stage.run_id)
    assert (await publish(**final))["stage"] == "FINAL"


async def test_rules_that_pick_nobody_need_no_finalists(database: Pool, stage: Stage, publish: Publish) -> None:
    await publish()
    await notice_ends(database)
    await database.execute("update rules set document = $1", RULES.partition("[finalists]")[0])
    assert (await publish(stage="FINAL", noticeUntil=None, contacts=[]))["stage"] == "FINAL"


async def test_a_correction_says_why_and_the_old_one_stays_readable(ask: Ask, stage: Stage, publish: Publish) -> None:
    await publish()
    await a_scored_run(stage.contest, list(reversed(stage.accounts)), adopted=True)
    assert await refused(ask, stage) == "CORRECTION_NEEDS_REASON"
    made = await publish(reason="申诉成立，更正成绩")
    assert (made["revision"], made["corrects"], made["reason"]) == (2, {"revision": 1}, "申诉成立，更正成绩")
    old = (await ask(READ, contest=stage.slug, revision=1))["publication"]
    assert (old["replacedBy"], old["standings"]["nodes"][0]["number"]) == ({"revision": 2}, 1)
    new = (await ask(READ, contest=stage.slug))["publication"]
    assert (new["revision"], new["standings"]["nodes"][0]["number"]) == (2, 4)
    assert '"corrects":{"digest":"' + old["digest"] in new["canonical"]


async def test_a_withdrawn_one_stays_readable_with_its_reason_and_holds_no_longer(
    ask: Ask, database: Pool, stage: Stage, publish: Publish, scorer: Scorer
) -> None:
    made = await publish()
    asked = {"publicationId": made["id"], "reason": "数据有误"}
    assert (await ask(WITHDRAW, stage.host, input=asked))["withdrawPublication"]["publication"]["public"]
    again = await ask(WITHDRAW, stage.undertaker, input=asked)
    assert again["withdrawPublication"]["code"] == "PUBLICATION_WITHDRAWN"
    read = (await ask(READ, contest=stage.slug, revision=1))["publication"]
    assert (read["withdrawnReason"], read["standings"]["totalCount"]) == ("数据有误", 4)
    rankings = "query ($round: ID!) { rankings(roundId: $round) { totalCount } }"
    assert (await ask(rankings, round=stage.round))["rankings"]["totalCount"] == 0
    assert await refused(ask, stage) == "CORRECTION_NEEDS_REASON"


async def test_one_withdrawn_before_its_hour_was_never_there(
    ask: Ask, stage: Stage, database: Pool, publish: Publish
) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    made = await publish(publishAt=later.isoformat())
    assert not made["public"]
    asked = {"publicationId": made["id"], "reason": "改期"}
    assert (await ask(WITHDRAW, stage.host, input=asked))["withdrawPublication"]["publication"]["state"] == "DECLINED"
    await hour_comes(database)
    assert (await ask(READ, contest=stage.slug))["publication"] is None
    assert (await publish())["revision"] == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"noticeUntil": None}, "NOTICE_WINDOW_NEEDED"),
        ({"noticeUntil": "2021-09-01T00:00:00+08:00"}, "NOTICE_WINDOW_ORDER"),
        ({"noticeFrom": "2021-08-01T00:00:00+08:00"}, "NOTICE_WINDOW_ORDER"),
        ({"publishAt": "2021-08-01T00:00:00+08:00"}, "PUBLISH_AT_PAST"),
        ({"contacts": []}, "NOTICE_CONTACTS_NEEDED"),
        ({"contacts": [{"name": "办公室", "role": "CONTACT"}]}, "TEXT_EMPTY"),
        ({"stage": "FINAL"}, "NOTICE_OF_FINAL"),
        ({"title": "\u0007"}, "TEXT_CONTROL_CHARACTER"),
    ],
)
async def test_what_cannot_be_prepared(ask: Ask, stage: Stage, asked: dict[str, Any], code: str) -> None:
    assert await refused(ask, stage, **asked) == code


async def test_open_verification_blocks_where_the_contest_says_so(
    ask: Ask, database: Pool, stage: Stage, prepare: Publish
) -> None:
    prepared = await prepare()
    await database.execute("update contests set verification_blocks_publication = true")
    answer = await ask(APPROVE, stage.host, input={"publicationId": prepared["id"]})
    assert answer["approvePublication"]["code"] == "PUBLICATION_BEFORE_VERIFICATION"
    await ask(DECLINE, stage.host, input={"publicationId": prepared["id"], "reason": "先核验"})
    assert await refused(ask, stage) == "PUBLICATION_BEFORE_VERIFICATION"


async def test_the_same_request_prepares_once(ask: Ask, stage: Stage) -> None:
    asked = a_notice(stage, idempotencyKey="once")
    answers = [(await ask(PREPARE, stage.undertaker, input=asked))["publishRun"] for _ in range(2)]
    assert answers[0]["publication"]["id"] == answers[1]["publication"]["id"]


async def test_people_are_told_at_its_hour_and_not_before(
    database: Pool, stage: Stage, publish: Publish, scorer: Scorer
) -> None:
    made = await publish(publishAt=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    told = "select count(*) from messages where code like 'PUBLICATION_PUBLISHED%'"
    await do(scorer, key(made))
    assert await database.fetchval(told) == 0
    wait = await database.fetchval(
        "select run_after > now() + interval '55 minutes' from jobs where kind = 'ANNOUNCE_PUBLICATION'"
    )
    assert wait
    await hour_comes(database)
    await do(scorer, key(made))
    cities = len(stage.contest.cities)
    assert await database.fetchval(told) == cities + len(stage.accounts)


async def test_whoever_watches_the_rankings_hears_of_it_at_its_hour(
    database: Pool, redis: Redis, stage: Stage, publish: Publish, scorer: Scorer
) -> None:
    made = await publish(publishAt=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    news = listen(redis, stage.contest.round_id)
    assert await anext(news) == {"id": str(stage.contest.round_id)}  # it has begun to listen
    await do(scorer, key(made))
    waiting = asyncio.ensure_future(anext(news))
    assert not (await asyncio.wait([waiting], timeout=0.2))[0]
    await hour_comes(database)
    await do(scorer, key(made))
    assert await asyncio.wait_for(waiting, 10) == {"id": str(stage.contest.round_id)}


async def test_it_is_recorded_who_did_what(database: Pool, stage: Stage, ask: Ask, publish: Publish) -> None:
    made = await publish()
    await ask(WITHDRAW, stage.host, input={"publicationId": made["id"], "reason": "数据有误"})
    rows = await database.fetch("select action, user_id, reason from audit_entries order by at")
    assert [tuple(row) for row in rows] == [
        ("PUBLISH_RUN", stage.undertaker.user_id, ""),
        ("APPROVE_PUBLICATION", stage.host.user_id, ""),
        ("WITHDRAW_PUBLICATION", stage.host.user_id, "数据有误"),
    ]


async def test_one_that_cannot_be_put_together_fails_and_gives_its_number_back(
    ask: Ask, database: Pool, stage: Stage, scorer: Scorer, publish: Publish
) -> None:
    made = (await ask(PREPARE, stage.undertaker, input=a_notice(stage)))["publishRun"]["publication"]
    await database.execute("update rules set document = 'nothing'")
    for _ in range(MOST_TRIES):
        await do(scorer, key(made))
    state = "select state from publications where id = $1"
    assert await database.fetchval(state, key(made)) == "FAILED"
    await database.execute("update rules set document = $1", RULES)
    assert (await publish())["revision"] == 1
