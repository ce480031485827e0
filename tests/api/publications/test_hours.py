"""A revision's hour: stated, or that of its approval, with which its window, digest and signature come."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.scorer.context import Scorer
from services.scorer.publications.verify import verify_publications
from services.shared.beijing import end_of_day
from services.shared.database.pool import Pool
from services.shared.publications.signature import is_signed
from services.shared.publications.snapshot import NoticeDays, NoticeWindow, digest_of, read_snapshot
from tests.api.conftest import Ask
from tests.api.publications.conftest import APPROVE, DECLINE, Publish, Stage, finalists_confirmed, key, notice_ends
from tests.api.publications.test_publishing import refused
from tests.scorer.doing import do

TIMES = """query ($id: ID!) { node(id: $id) { ... on Publication {
  publishAt noticeFrom noticeUntil noticeDays digest signature canonical public documents { format sha256 } } } }"""
DAYS: dict[str, Any] = {"noticeUntil": None, "noticeDays": 7}
FINAL: dict[str, Any] = {"stage": "FINAL", "noticeUntil": None, "contacts": []}


async def read(ask: Ask, stage: Stage, publication: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await ask(TIMES, stage.host, id=publication["id"]))["node"]
    return found


async def approved(ask: Ask, stage: Stage, publication: dict[str, Any], **asked: Any) -> dict[str, Any]:
    answer = await ask(APPROVE, stage.host, input={"publicationId": publication["id"], **asked})
    found: dict[str, Any] = answer["approvePublication"]
    return found


async def days_pass(database: Pool, publication: dict[str, Any], days: int) -> None:
    """Nobody has come to approve it for so many days: what it states is so much longer ago."""
    await database.execute(
        "update publications set publish_at = publish_at - make_interval(days => $2),"
        " notice_from = notice_from - make_interval(days => $2) where id = $1",
        *(key(publication), days),
    )


async def test_without_a_stated_hour_it_has_none_and_no_signature_until_it_is_approved(
    ask: Ask, stage: Stage, prepare: Publish
) -> None:
    draft = await read(ask, stage, await prepare(**DAYS))
    assert [draft[name] for name in ("publishAt", "noticeFrom", "noticeUntil", "signature")] == [None] * 4
    assert draft["noticeDays"] == 7
    snapshot = read_snapshot(draft["canonical"].encode())
    assert (snapshot.publish_at, snapshot.notice) == (None, NoticeDays(7))
    assert draft["digest"] == digest_of(draft["canonical"].encode())


async def test_its_hour_window_digest_and_signature_come_with_its_approval(
    ask: Ask, stage: Stage, prepare: Publish, database: Pool, scorer: Scorer
) -> None:
    prepared = await prepare(**DAYS)
    draft = await read(ask, stage, prepared)
    earliest = await database.fetchval("select clock_timestamp()")
    done = await approved(ask, stage, prepared, digest=draft["digest"])
    assert done["publication"]["public"]
    now = await read(ask, stage, prepared)
    hour = datetime.fromisoformat(now["publishAt"])
    assert earliest <= hour <= await database.fetchval("select clock_timestamp()")
    assert datetime.fromisoformat(now["noticeFrom"]) == hour
    assert datetime.fromisoformat(now["noticeUntil"]) == end_of_day(hour, 7)
    assert now["digest"] == digest_of(now["canonical"].encode()) != draft["digest"]
    public = bytes.fromhex(done["publication"]["publicKey"])
    assert is_signed(now["canonical"].encode(), bytes.fromhex(now["signature"]), public)
    was, snapshot = read_snapshot(draft["canonical"].encode()), read_snapshot(now["canonical"].encode())
    assert snapshot == was.at(hour)  # and in nothing else than its hour and window
    assert await verify_publications(database, stage.run_id, scorer.vault) == []


async def test_a_notice_until_a_date_begins_with_its_approval(ask: Ask, stage: Stage, publish: Publish) -> None:
    until = datetime.now(UTC) + timedelta(days=3)
    made = await read(ask, stage, await publish(noticeUntil=until.isoformat()))
    assert made["noticeFrom"] == made["publishAt"]
    assert datetime.fromisoformat(made["noticeUntil"]) == until
    assert read_snapshot(made["canonical"].encode()).notice == NoticeWindow(
        datetime.fromisoformat(made["publishAt"]), until
    )


async def test_with_a_stated_hour_what_was_prepared_is_signed_as_it_was(
    ask: Ask, stage: Stage, prepare: Publish
) -> None:
    hour = datetime.now(UTC) + timedelta(hours=1)
    prepared = await prepare(**DAYS, publishAt=hour.isoformat())
    draft = await read(ask, stage, prepared)
    assert datetime.fromisoformat(draft["noticeUntil"]) == end_of_day(hour, 7)
    done = await approved(ask, stage, prepared, digest=draft["digest"])
    assert done["publication"]["digest"] == draft["digest"]
    assert (draft["signature"], bool(done["publication"]["signature"])) == (None, True)


async def test_a_notice_whose_hour_passed_before_its_approval_is_to_be_prepared_again(
    ask: Ask, stage: Stage, prepare: Publish, publish: Publish, database: Pool
) -> None:
    hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    prepared = await prepare(publishAt=hour)
    await days_pass(database, prepared, 2)
    refused = await approved(ask, stage, prepared)
    assert refused["code"] == "PUBLISH_AT_PASSED"
    assert "更晚的时间" in refused["message"]
    await ask(DECLINE, stage.host, input={"publicationId": prepared["id"], "reason": "时间已过"})
    assert (await publish(publishAt=hour))["revision"] == 1


async def test_a_notice_whose_window_was_to_begin_before_its_approval_is_refused(
    ask: Ask, stage: Stage, prepare: Publish, database: Pool
) -> None:
    prepared = await prepare(noticeFrom=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    await days_pass(database, prepared, 1)
    assert (await approved(ask, stage, prepared))["code"] == "NOTICE_BEGINS_PAST"


async def test_a_final_publication_whose_hour_passed_takes_effect_with_its_approval(
    ask: Ask, stage: Stage, prepare: Publish, publish: Publish, database: Pool
) -> None:
    await publish()
    await notice_ends(database)
    await finalists_confirmed(stage)
    prepared = await prepare(**FINAL, publishAt=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    await days_pass(database, prepared, 2)
    earliest = await database.fetchval("select clock_timestamp()")
    assert (await approved(ask, stage, prepared))["publication"]["public"]
    made = await read(ask, stage, prepared)
    assert datetime.fromisoformat(made["publishAt"]) >= earliest
    assert read_snapshot(made["canonical"].encode()).publish_at == datetime.fromisoformat(made["publishAt"])


async def test_documents_of_the_draft_are_not_those_of_what_was_approved(
    ask: Ask, stage: Stage, prepare: Publish, scorer: Scorer
) -> None:
    prepared = await prepare(**DAYS)
    await do(scorer, key(prepared))
    drafts = (await read(ask, stage, prepared))["documents"]
    assert len(drafts) == 8
    await approved(ask, stage, prepared)
    assert (await read(ask, stage, prepared))["documents"] == []
    await scorer.pool.execute("delete from jobs where kind = 'ANNOUNCE_PUBLICATION'")
    await do(scorer, key(prepared))
    made = (await read(ask, stage, prepared))["documents"]
    assert len(made) == 8
    text = {one["format"]: one["sha256"] for one in made}
    assert all(text[one["format"]] != one["sha256"] for one in drafts if one["format"] in ("PDF", "DOCX", "XLSX"))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"noticeDays": 7}, "NOTICE_WINDOW_NEEDED"),
        ({"noticeUntil": None, "noticeDays": 0}, "NUMBER_OUT_OF_RANGE"),
        ({"noticeUntil": None, "noticeDays": 366}, "NUMBER_OUT_OF_RANGE"),
        ({"noticeUntil": None, "noticeDays": 7, "noticeFrom": "2099-01-01T00:00:00+08:00"}, "NOTICE_DAYS_FROM_HOUR"),
        ({**FINAL, "noticeDays": 7}, "NOTICE_OF_FINAL"),
    ],
)
async def test_windows_that_say_too_much_or_too_little(
    ask: Ask, stage: Stage, asked: dict[str, Any], code: str
) -> None:
    assert await refused(ask, stage, **asked) == code
