"""Notices: numbered, for everyone, never edited; withdrawn with a reason."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.storage.seal import Sealing, document_key
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person
from tests.kept import put

PUBLISH = """mutation ($input: PublishNoticeInput!) { publishNotice(input: $input) { __typename
  ... on PublishNoticePayload { notice { id number title body timetable { title from to toBeAnnounced }
    contacts { name phone role } } } ... on InvalidInput { field } ... on Error { code } } }"""
WITHDRAW = """mutation ($input: WithdrawNoticeInput!) { withdrawNotice(input: $input) { __typename
  ... on WithdrawNoticePayload { notice { number withdrawnReason } } ... on Error { code } } }"""
NOTICES = """query ($id: ID!) { notices(contestId: $id) { totalCount
  nodes { id number title withdrawnAt withdrawnReason attachments { title url mediaType size } } } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def publish(ask: Ask, person: APerson | None, contest: AContest, **more: object) -> Any:
    given = {"contestId": gid("Contest", contest.id), "title": "关于报名的通知", "body": "第一段。\n\n第二段。", **more}
    return (await ask(PUBLISH, person, input=given))["publishNotice"]


async def withdraw(ask: Ask, person: APerson | None, notice: str) -> Any:
    return (await ask(WITHDRAW, person, input={"noticeId": notice, "reason": "时间有误"}))["withdrawNotice"]


async def test_everyone_reads_a_notice_as_it_was_written(ask: Ask, contest: AContest, organiser: APerson) -> None:
    timetable: list[dict[str, Any]] = [
        {"title": "推荐上报", "from": "2021-06-01T00:00:00+08:00", "to": "2021-07-08T00:00:00+08:00"},
        {"title": "自主报名", "toBeAnnounced": True},
    ]
    contacts = [{"name": "张老师", "phone": "027-87654321"}, {"name": "监督", "role": "SUPERVISION"}]
    answer = await publish(ask, organiser, contest, timetable=timetable, contacts=contacts)
    assert answer["notice"].pop("id")
    assert answer["notice"] == {
        "number": 1,
        "title": "关于报名的通知",
        "body": "第一段。\n\n第二段。",
        "timetable": [
            {**timetable[0], "toBeAnnounced": False},
            {"title": "自主报名", "from": None, "to": None, "toBeAnnounced": True},
        ],
        "contacts": [
            {"name": "张老师", "phone": "027-87654321", "role": "CONTACT"},
            {"name": "监督", "phone": None, "role": "SUPERVISION"},
        ],
    }
    found = (await ask(NOTICES, None, id=gid("Contest", contest.id)))["notices"]
    assert (found["totalCount"], found["nodes"][0]["number"]) == (1, 1)


async def test_numbers_follow_each_other_and_the_newest_is_first(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    await asyncio.gather(*(publish(ask, organiser, contest, title=f"第 {each}") for each in range(4)))
    assert (await publish(ask, organiser, contest, idempotencyKey="a"))["notice"]["number"] == 5
    assert (await publish(ask, organiser, contest, idempotencyKey="a"))["notice"]["number"] == 5
    found = (await ask(NOTICES, None, id=gid("Contest", contest.id)))["notices"]["nodes"]
    assert [node["number"] for node in found] == [5, 4, 3, 2, 1]
    told = await database.fetchval("select count(*) from messages where code = 'NOTICE_PUBLISHED'")
    assert told == 5 * len(contest.cities)
    entries = await database.fetch("select action, changes from audit_entries order by id")
    assert [entry["action"] for entry in entries] == ["PUBLISH_NOTICE"] * 5
    assert entries[4]["changes"] == {"number": [None, 5], "title": [None, "关于报名的通知"]}


async def test_a_withdrawn_notice_stays_with_its_reason_for_officials(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    notice = (await publish(ask, organiser, contest))["notice"]["id"]
    assert (await withdraw(ask, organiser, notice))["notice"] == {"number": 1, "withdrawnReason": "时间有误"}
    assert (await withdraw(ask, organiser, notice))["code"] == "NOTICE_WITHDRAWN"
    for role, reason in ((Role.AUDITOR, "时间有误"), (None, None)):
        person = await a_person(database, role, contest) if role else None
        (node,) = (await ask(NOTICES, person, id=gid("Contest", contest.id)))["notices"]["nodes"]
        assert (node["withdrawnAt"] is not None, node["withdrawnReason"]) == (True, reason)
    actions = [row["action"] for row in await database.fetch("select action from audit_entries order by id")]
    assert actions == ["PUBLISH_NOTICE", "WITHDRAW_NOTICE"]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"title": " "}, "title", "TEXT_EMPTY"),
        ({"body": "\n"}, "body", "TEXT_EMPTY"),
        ({"body": "a\x07"}, "body", "TEXT_CONTROL_CHARACTER"),
        ({"timetable": [{"title": "x"}]}, "timetable.0", "TIMETABLE_TIME"),
        (
            {"timetable": [{"title": "x", "to": "2021-07-08T00:00:00+08:00", "toBeAnnounced": True}]},
            "timetable.0",
            "TIMETABLE_TIME",
        ),
        (
            {"timetable": [{"title": "x", "from": "2021-07-08T00:00:00+08:00", "to": "2021-07-08T00:00:00+08:00"}]},
            "timetable.0",
            "TIMETABLE_ORDER",
        ),
        ({"contacts": [{"name": ""}]}, "contacts.0.name", "TEXT_EMPTY"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_published(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson, given: dict[str, Any], field: str, code: str
) -> None:
    answer = await publish(ask, organiser, contest, **given)
    assert answer == {"__typename": "InvalidInput", "field": field, "code": code}
    assert await database.fetchval("select count(*) from notices") == 0


@pytest.mark.parametrize("role", [Role.CITY_CLERK, Role.AUDITOR, None])
async def test_only_the_contests_organisers_publish_and_withdraw(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson, role: Role | None
) -> None:
    city = contest.cities[0] if role is Role.CITY_CLERK else None
    person = await a_person(database, role, contest, city=city) if role else None
    notice = (await publish(ask, organiser, contest))["notice"]["id"]
    assert (await publish(ask, person, contest))["code"] == "NOT_ALLOWED"
    assert (await withdraw(ask, person, notice))["code"] == "NOT_ALLOWED"
    stranger = await a_person(database, Role.ORGANISER, await a_contest(database))
    assert (await publish(ask, stranger, contest))["code"] == "NOT_ALLOWED"
    assert (await withdraw(ask, stranger, notice))["code"] == "NOT_ALLOWED"
    rows = await database.fetch("select withdrawn_at from notices")
    assert [row["withdrawn_at"] for row in rows] == [None]


async def test_only_checked_papers_made_for_notices_are_attached(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    ids = {}
    for purpose, state in (("NOTICE", "READY"), ("NOTICE", "CHECKING"), ("EVIDENCE", "READY")):
        ids[purpose, state] = new_id()
        await database.execute(
            "insert into documents (id, contest_id, purpose, title, state, size, sha256, media_type)"
            " values ($1, $2, $3, '附件一', $4, 5, 'x', 'application/pdf')",
            *(ids[purpose, state], contest.id, purpose, state),
        )
    ready, *others = [gid("Document", each) for each in ids.values()]
    for other in others:
        assert (await publish(ask, organiser, contest, attachmentIds=[ready, other]))["code"] == "ATTACHMENT_NOT_READY"
    assert (await publish(ask, organiser, contest, attachmentIds=["x"]))["code"] == "NOT_FOUND"
    await publish(ask, organiser, contest, attachmentIds=[ready])
    (node,) = (await ask(NOTICES, None, id=gid("Contest", contest.id)))["notices"]["nodes"]
    (attached,) = node["attachments"]
    assert attached.pop("url").endswith(str(ids["NOTICE", "READY"]))
    assert attached == {"title": "附件一", "mediaType": "application/pdf", "size": 5}


async def test_an_attachment_is_there_for_everyone_until_the_notice_is_withdrawn(
    ask: Ask, app: Starlette, client: httpx.AsyncClient, database: Pool, contest: AContest, organiser: APerson
) -> None:
    resources, document, key = app.state.resources, new_id(), bytes(range(32))
    await database.execute(
        "insert into documents (id, contest_id, purpose, title, state, size, sha256, media_type, key_sealed)"
        " values ($1, $2, 'NOTICE', '附件一', 'READY', 5, 'x', 'application/pdf', $3)",
        *(document, contest.id, resources.vault.seal_bytes(key, document)),
    )
    sealing = Sealing(key, document)
    await put(resources.files, document_key(document), sealing.head + sealing.update(b"%PDF-") + sealing.end())
    notice = (await publish(ask, organiser, contest, attachmentIds=[gid("Document", document)]))["notice"]["id"]
    (node,) = (await ask(NOTICES, None, id=gid("Contest", contest.id)))["notices"]["nodes"]
    url = node["attachments"][0]["url"]
    response = await client.get(url)
    assert (response.status_code, response.content) == (200, b"%PDF-")
    assert response.headers["content-disposition"].startswith("attachment;")
    same = await client.get(url, headers={"if-none-match": response.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    answers = await asyncio.gather(*(client.get(url) for _ in range(40)))  # more than there are places
    assert [answer.content for answer in answers] == [b"%PDF-"] * 40
    await withdraw(ask, organiser, notice)
    for gone in (url, f"/notices/{new_id()}/{document}", "/notices/x/y"):
        response = await client.get(gone)
        assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")
