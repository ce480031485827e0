"""Documents from the sender to the reader: sealed on disk, seen once by whoever may, gone when they are to be."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from services.api import bodies
from services.api.context import Resources
from services.api.documents import announce
from services.api.nodes import parse_global_id
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.storage.seal import unseal
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.api.reviewing import a_waiting_one
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person

CREATE = """mutation ($input: CreateDocumentInput!) { createDocument(input: $input) { __typename
  ... on CreateDocumentPayload { putUrl putToken document { id state title } }
  ... on InvalidInput { field } ... on Error { code message } } }"""
VIEW = """mutation ($input: ViewDocumentInput!) { viewDocument(input: $input) { __typename
  ... on ViewDocumentPayload { url expiresAt } ... on Error { code } } }"""
DELETE = """mutation ($input: DeleteDocumentInput!) { deleteDocument(input: $input) { __typename
  ... on DeleteDocumentPayload { document { state mediaType } } ... on Error { code } } }"""
READ = "query ($id: ID!) { node(id: $id) { ... on Document { title state size problem { code } } } }"
EVIDENCE = """query ($id: ID!) { contestant(id: $id) { evidence {
  key title kind required given documents { title state } } } }"""

PAPER = b"\x89PNG\r\n\x1a\n" + b"the clear bytes of a certificate" * 100
ASKED = [
    {"key": "certificate", "title": "技能等级证书", "kind": "DOCUMENT", "required": True},
    {"key": "training_list", "title": "培训名单", "kind": "GIVEN_LIST", "required": False},
]


@dataclass(frozen=True)
class Cast:
    contest: AContest
    account: AnAccount
    own: APerson
    organiser: APerson
    clerk: APerson
    other_clerk: APerson
    judge: APerson
    auditor: APerson


@pytest.fixture
async def cast(database: Pool) -> Cast:
    contest = await a_contest(database)
    await database.execute("update divisions set evidence = $1 where key = 'trainee'", ASKED)
    account = await a_waiting_one(contest, "zhangsan")
    return Cast(
        contest,
        account,
        await a_person(database, Role.CONTESTANT, contest, contestant=account.contestant_id),
        await a_person(database, Role.ORGANISER, contest),
        await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0]),
        await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1]),
        await a_person(database, Role.JUDGE, contest),
        await a_person(database, Role.AUDITOR, contest),
    )


def evidence_of(cast: Cast, content: bytes = PAPER, **other: Any) -> dict[str, Any]:
    return {
        "purpose": "EVIDENCE",
        "contestantId": gid("Contestant", cast.account.contestant_id),
        "evidenceKey": "certificate",
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
        **other,
    }


async def send(ask: Ask, client: httpx.AsyncClient, person: APerson, given: dict[str, Any], content: bytes) -> str:
    """The id of a document whose bytes have come."""
    made = (await ask(CREATE, person, input=given))["createDocument"]
    assert made["__typename"] == "CreateDocumentPayload", made
    put = await client.put(made["putUrl"], content=content, headers={"authorization": f"Bearer {made['putToken']}"})
    assert put.status_code == 204, put.text
    document: str = made["document"]["id"]
    return document


async def a_ready_one(ask: Ask, client: httpx.AsyncClient, cast: Cast) -> str:
    """As the scorer leaves it."""
    document = await send(ask, client, cast.own, evidence_of(cast), PAPER)
    await cast.contest.pool.execute("update documents set state = 'READY'")
    return document


def key_of(document: str) -> UUID:
    found = parse_global_id(document)
    assert found is not None
    assert isinstance(found[1], UUID)
    return found[1]


async def fetch(client: httpx.AsyncClient, url: str, person: APerson | None) -> httpx.Response:
    headers = {"authorization": f"Bearer {person.token}"} if person else {}
    return await client.get(url, headers=headers)


def everything_on_disk(settings: Settings) -> dict[str, bytes]:
    folder = Path(settings.files)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_no_clear_byte_reaches_the_disk_and_the_key_opens_only_its_row(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, settings: Settings, app: Starlette, database: Pool
) -> None:
    document = await send(ask, client, cast.own, evidence_of(cast), PAPER)
    row = await database.fetchrow("select * from documents")
    assert row is not None
    assert (row["id"], row["state"], row["token_hash"]) == (key_of(document), "CHECKING", None)
    assert row["title"] == "技能等级证书"
    on_disk = everything_on_disk(settings)
    assert list(on_disk) == [f"documents/{row['id']}"]
    (sealed,) = on_disk.values()
    assert len(sealed) == len(PAPER) + 28
    assert not any(PAPER[at : at + 8] in sealed for at in range(0, len(PAPER) - 8, 8))
    resources: Resources = app.state.resources
    key = resources.vault.open_bytes(row["key_sealed"], row["id"])
    assert unseal(sealed, key, row["id"]) == PAPER
    jobs = await database.fetch("select kind, subject_id from jobs")
    assert [tuple(job) for job in jobs] == [("CHECK_DOCUMENT", row["id"])]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "DOCUMENT_KIND_UNKNOWN"),
        (b"short", 422, "DOCUMENT_KIND_UNKNOWN"),
        (PAPER[:-1], 422, "UPLOAD_HASH_DIFFERS"),
        (PAPER[:-1] + b"?", 422, "UPLOAD_HASH_DIFFERS"),
        (PAPER + b"?", 413, "UPLOAD_LARGER_THAN_ANNOUNCED"),
    ],
    ids=["svg", "shorter than any first bytes", "one byte less", "another byte", "one byte more"],
)
async def test_bytes_that_were_not_announced_or_are_no_document_leave_nothing(
    ask: Ask,
    client: httpx.AsyncClient,
    cast: Cast,
    settings: Settings,
    database: Pool,
    content: bytes,
    status: int,
    code: str,
) -> None:
    announced = content if code == "DOCUMENT_KIND_UNKNOWN" else PAPER
    made = (await ask(CREATE, cast.own, input=evidence_of(cast, announced)))["createDocument"]
    headers = {"authorization": f"Bearer {made['putToken']}"}
    answer = await client.put(made["putUrl"], content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert everything_on_disk(settings) == {}
    assert await database.fetchval("select state from documents") == "CREATED"
    assert await database.fetchval("select count(*) from jobs") == 0


async def test_the_token_is_good_for_one_put(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, settings: Settings
) -> None:
    made = (await ask(CREATE, cast.own, input=evidence_of(cast)))["createDocument"]
    right, wrong = ({"authorization": f"Bearer {token}"} for token in (made["putToken"], "another"))
    assert (await client.put(made["putUrl"], content=PAPER)).status_code == 403
    assert (await client.put(made["putUrl"], content=PAPER, headers=wrong)).status_code == 404
    assert (await client.put(made["putUrl"], content=PAPER, headers=right)).status_code == 204
    before = everything_on_disk(settings)
    assert (await client.put(made["putUrl"], content=PAPER, headers=right)).status_code == 404
    assert everything_on_disk(settings) == before


@pytest.mark.parametrize(
    ("who", "given", "expected"),
    [
        ("judge", {}, ("NotAllowed", "NOT_ALLOWED")),
        ("auditor", {}, ("NotAllowed", "NOT_ALLOWED")),
        ("other_clerk", {}, ("NotFound", "NOT_FOUND")),
        ("own", {"evidenceKey": "training_list"}, ("InvalidInput", "EVIDENCE_KEY_UNKNOWN")),
        ("own", {"evidenceKey": None}, ("InvalidInput", "DOCUMENT_EVIDENCE_KEY")),
        ("own", {"title": "我的身份证"}, ("InvalidInput", "DOCUMENT_TITLE_FIXED")),
        ("own", {"size": (20 << 20) + 1}, ("InvalidInput", "UPLOAD_TOO_LARGE")),
        ("own", {"size": 0}, ("InvalidInput", "UPLOAD_TOO_LARGE")),
        ("own", {"sha256": "f" * 63}, ("InvalidInput", "SHA256_INVALID")),
        ("own", {"purpose": "SIGNED_LIST", "evidenceKey": None}, ("NotFound", "NOT_FOUND")),
    ],
)
async def test_what_cannot_be_announced_leaves_no_trace(
    ask: Ask, cast: Cast, database: Pool, who: str, given: dict[str, Any], expected: tuple[str, str]
) -> None:
    answer = (await ask(CREATE, getattr(cast, who), input=evidence_of(cast, **given)))["createDocument"]
    assert (answer["__typename"], answer["code"]) == expected
    assert await database.fetchval("select count(*) from documents") == 0
    assert await database.fetchval("select count(*) from audit_entries") == 0


async def test_papers_of_a_city_and_of_a_contest_are_their_staffs(ask: Ask, cast: Cast) -> None:
    common = {"size": 1, "sha256": "0" * 64}
    city = {"purpose": "SIGNED_LIST", "cityId": gid("City", cast.contest.cities[0]), **common}
    notice = {"purpose": "NOTICE", "contestId": gid("Contest", cast.contest.id), "title": "通知", **common}

    async def create(person: APerson, given: dict[str, Any]) -> tuple[str, str | None]:
        answer = (await ask(CREATE, person, input=given))["createDocument"]
        return answer["__typename"], answer.get("document", {}).get("title")

    assert await create(cast.clerk, city) == ("CreateDocumentPayload", "盖章推荐名单")
    assert await create(cast.other_clerk, city) == ("NotAllowed", None)
    assert await create(cast.own, city) == ("NotAllowed", None)
    assert await create(cast.organiser, notice) == ("CreateDocumentPayload", "通知")
    assert await create(cast.clerk, notice) == ("NotAllowed", None)


async def test_papers_of_a_city_and_of_a_contest_are_so_many(
    ask: Ask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announce, "MOST_OF_CITY", 1)
    monkeypatch.setattr(announce, "MOST_OF_CONTEST", 1)
    city = evidence_of(cast) | {"purpose": "SIGNED_LIST", "cityId": gid("City", cast.contest.cities[0])}
    notice = evidence_of(cast) | {"purpose": "NOTICE", "contestId": gid("Contest", cast.contest.id), "title": "通知"}
    for given in (city, notice):
        del given["contestantId"], given["evidenceKey"]
        answers = [(await ask(CREATE, cast.organiser, input=given))["createDocument"] for _ in range(2)]
        assert [answer["__typename"] for answer in answers] == ["CreateDocumentPayload", "Conflict"]
        assert answers[1]["code"] == "PAPERS_TOO_MANY"


async def test_a_long_idempotency_key_is_a_key(ask: Ask, cast: Cast, database: Pool) -> None:
    given = evidence_of(cast) | {"idempotencyKey": token_hex(4000)}
    made = [(await ask(CREATE, cast.own, input=given))["createDocument"]["document"]["id"] for _ in range(2)]
    assert made[0] == made[1]
    assert await database.fetchval("select count(*) from documents") == 1


async def test_bytes_that_do_not_come_are_not_waited_for(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield PAPER[:100]
        await asyncio.sleep(60)

    monkeypatch.setattr(bodies, "SECONDS", 0.2)
    made = (await ask(CREATE, cast.own, input=evidence_of(cast)))["createDocument"]
    put = await client.put(made["putUrl"], content=slow(), headers={"authorization": f"Bearer {made['putToken']}"})
    assert (put.status_code, put.json()["code"]) == (408, "BODY_TOO_SLOW")
    assert everything_on_disk(settings) == {}


async def test_a_missing_key_is_said(ask: Ask, client: httpx.AsyncClient, cast: Cast, database: Pool) -> None:
    document = await a_ready_one(ask, client, cast)
    await database.execute("update documents set key_sealed = set_byte(key_sealed, 0, 9)")
    answer = await fetch(client, (await ask(VIEW, cast.own, input={"id": document}))["viewDocument"]["url"], cast.own)
    assert (answer.status_code, answer.json()["code"]) == (409, "KEY_MISSING")


async def test_a_contestant_whose_review_is_decided_sends_no_more_and_the_city_does(
    ask: Ask, cast: Cast, database: Pool
) -> None:
    await database.execute("update contestants set eligibility = 'APPROVED'")
    answer = (await ask(CREATE, cast.own, input=evidence_of(cast)))["createDocument"]
    assert (answer["__typename"], answer["code"]) == ("Conflict", "DOCUMENT_DECIDED_ON")
    assert (await ask(CREATE, cast.clerk, input=evidence_of(cast)))["createDocument"]["putToken"]
    await database.execute("update contestants set withdrawn_at = now()")
    answer = (await ask(CREATE, cast.clerk, input=evidence_of(cast)))["createDocument"]
    assert (answer["__typename"], answer["code"]) == ("Conflict", "DOCUMENT_OF_NOBODY")


async def test_each_look_is_recorded_and_good_for_one_user_and_one_use(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, database: Pool
) -> None:
    document = await a_ready_one(ask, client, cast)
    viewed = (await ask(VIEW, cast.clerk, input={"id": document, "reason": "资格审核"}))["viewDocument"]
    entry = await database.fetchrow(
        "select login, subject_type, subject_id, contest_id, city_id, contestant_id, reason from audit_entries"
        " where action = 'VIEW_DOCUMENT'"
    )
    assert tuple(entry or ()) == (
        *(cast.clerk.login, "Document", key_of(document), cast.contest.id, cast.contest.cities[0]),
        *(cast.account.contestant_id, "资格审核"),
    )
    for nobody in (None, cast.own, cast.organiser, cast.judge):
        refused = await fetch(client, viewed["url"], nobody)
        assert (refused.status_code, refused.headers["content-type"]) == (404, "application/json")
    bearer = {"authorization": f"Bearer {cast.clerk.token}"}
    assert (await client.head(viewed["url"], headers=bearer)).status_code == 405
    served = await fetch(client, viewed["url"], cast.clerk)
    assert (served.status_code, served.content) == (200, PAPER)
    assert {name: served.headers[name] for name in SERVED} == SERVED
    assert (await fetch(client, viewed["url"], cast.clerk)).status_code == 404


SERVED = {
    "content-type": "image/png",
    "content-disposition": "inline; filename*=UTF-8''1-certificate.png",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


async def test_many_fetches_at_once_wait_for_one_another_and_end(
    ask: Ask, client: httpx.AsyncClient, cast: Cast
) -> None:
    """There are fewer connections than fetches: none keeps one while it waits for another."""
    document = await a_ready_one(ask, client, cast)
    urls = [(await ask(VIEW, cast.own, input={"id": document}))["viewDocument"]["url"] for _ in range(12)]
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(fetch(client, url, cast.own) for url in urls))
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, PAPER)] * 12


async def test_a_browser_fetches_with_its_cookie_and_an_old_address_is_none(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, database: Pool
) -> None:
    document = await a_ready_one(ask, client, cast)
    urls = [(await ask(VIEW, cast.own, input={"id": document}))["viewDocument"]["url"] for _ in range(2)]
    client.cookies.set("livecup", cast.own.token)
    assert (await client.get(urls[0])).content == PAPER
    await database.execute("update downloads set expires_at = now() - interval '1 second'")
    assert (await client.get(urls[1])).status_code == 404


@pytest.mark.parametrize(
    ("who", "viewed", "metadata"),
    [
        ("own", "ViewDocumentPayload", True),
        ("organiser", "ViewDocumentPayload", True),
        ("clerk", "ViewDocumentPayload", True),
        ("auditor", "NotAllowed", True),
        ("judge", "NotFound", False),
        ("other_clerk", "NotFound", False),
    ],
)
async def test_who_sees_a_document(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, database: Pool, who: str, viewed: str, metadata: bool
) -> None:
    document = await a_ready_one(ask, client, cast)
    person = getattr(cast, who)
    assert (await ask(VIEW, person, input={"id": document}))["viewDocument"]["__typename"] == viewed
    counted = await database.fetchval("select count(*) from audit_entries where action = 'VIEW_DOCUMENT'")
    assert counted == (viewed == "ViewDocumentPayload")
    node = {"title": "技能等级证书", "state": "READY", "size": len(PAPER), "problem": None}
    assert (await ask(READ, person, id=document))["node"] == (node if metadata else None)


@pytest.mark.parametrize("state", ["CREATED", "CHECKING", "REFUSED", "DELETED"])
async def test_only_what_was_checked_is_shown(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, database: Pool, state: str
) -> None:
    document = await a_ready_one(ask, client, cast)
    await database.execute("update documents set state = $1", state)
    answer = (await ask(VIEW, cast.clerk, input={"id": document}))["viewDocument"]
    assert (answer["__typename"], answer["code"]) == ("Conflict", "DOCUMENT_NOT_READY")
    assert await database.fetchval("select count(*) from downloads") == 0


async def test_a_deleted_one_is_gone_from_the_disk_with_its_key(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, database: Pool, settings: Settings
) -> None:
    document = await a_ready_one(ask, client, cast)
    url = (await ask(VIEW, cast.clerk, input={"id": document}))["viewDocument"]["url"]
    asked = {"id": document, "reason": "传错了"}
    for who, expected in ((cast.auditor, "NotAllowed"), (cast.judge, "NotAllowed"), (cast.other_clerk, "NotFound")):
        assert (await ask(DELETE, who, input=asked))["deleteDocument"]["__typename"] == expected
    await database.execute("update contestants set eligibility = 'APPROVED'")
    assert (await ask(DELETE, cast.own, input=asked))["deleteDocument"]["code"] == "DOCUMENT_DECIDED_ON"
    assert len(everything_on_disk(settings)) == 1
    deleted = (await ask(DELETE, cast.clerk, input=asked))["deleteDocument"]
    assert deleted["document"] == {"state": "DELETED", "mediaType": "image/png"}
    assert everything_on_disk(settings) == {}
    row = await database.fetchrow("select key_sealed, token_hash, deleted_at is not null as told from documents")
    assert tuple(row or ()) == (None, None, True)
    assert (await fetch(client, url, cast.clerk)).status_code == 404
    assert (await ask(DELETE, cast.clerk, input=asked))["deleteDocument"]["code"] == "DOCUMENT_NOT_READY"


async def test_evidence_says_what_is_asked_for_and_what_is_there(
    ask: Ask, client: httpx.AsyncClient, cast: Cast, database: Pool
) -> None:
    contestant = gid("Contestant", cast.account.contestant_id)
    await send(ask, client, cast.own, evidence_of(cast), PAPER)

    async def read(person: APerson) -> Any:
        found = (await ask(EVIDENCE, person, id=contestant))["contestant"]
        return found and found["evidence"]

    sent = {"title": "技能等级证书", "state": "CHECKING"}
    certificate = {**ASKED[0], "given": False, "documents": [sent]}
    listed = {**ASKED[1], "given": False, "documents": []}
    assert await read(cast.own) == [certificate, listed]
    await database.execute("update documents set state = 'READY'")
    await database.execute(
        "insert into given_lists (id, contest_id, key, title, state) values ($1, $1, 'training_list', '', 'DONE')",
        cast.contest.id,
    )
    await database.execute(
        "insert into given_list_people select $1, id_number_index, 1 from contestants", cast.contest.id
    )
    both = [
        {**certificate, "given": True, "documents": [{**sent, "state": "READY"}]},
        {**listed, "given": True},
    ]
    for person in (cast.own, cast.clerk, cast.organiser, cast.auditor):
        assert await read(person) == both
    assert await read(cast.judge) is None
    assert await read(cast.other_clerk) is None


DATES = """mutation ($input: UpdateContestDatesInput!) { updateContestDates(input: $input) { __typename
  ... on UpdateContestDatesPayload { contest { teamsUntil evidenceUntil } }
  ... on InvalidInput { field } ... on Error { code } } }"""


async def test_dates_are_set_one_by_one_and_recorded(ask: Ask, cast: Cast, database: Pool) -> None:
    async def set_(person: APerson, **given: Any) -> Any:
        asked = {"contestId": gid("Contest", cast.contest.id), "reason": "通知", **given}
        return (await ask(DATES, person, input=asked))["updateContestDates"]

    teams, evidence = "2099-07-09T00:00:00+08:00", "2099-12-31T00:00:00+08:00"
    assert (await set_(cast.organiser, teamsUntil=teams))["contest"] == {"teamsUntil": teams, "evidenceUntil": None}
    both = {"teamsUntil": teams, "evidenceUntil": evidence}
    assert (await set_(cast.organiser, evidenceUntil=evidence))["contest"] == both
    past = (datetime.now(UTC) - timedelta(seconds=5)).isoformat()
    for person, given, expected in (
        (cast.organiser, {}, "DATES_UNCHANGED"),
        (cast.organiser, {"evidenceUntil": past}, "EVIDENCE_UNTIL_PAST"),
        (cast.organiser, {"teamsUntil": None, "reason": ""}, "TEXT_EMPTY"),
        (cast.clerk, {"teamsUntil": None}, "NOT_ALLOWED"),
        (cast.auditor, {"teamsUntil": None}, "NOT_ALLOWED"),
    ):
        assert (await set_(person, **given))["code"] == expected
    assert (await set_(cast.organiser, teamsUntil=None))["contest"] == {**both, "teamsUntil": None}
    changes = [row["changes"] for row in await database.fetch("select changes from audit_entries order by at")]
    assert [list(change) for change in changes] == [["teams_until"], ["evidence_until"], ["teams_until"]]
    assert changes[2]["teams_until"][1] is None
    told = await database.fetch("select code, parameters from messages where city_id = $1 order by created_at",
                                cast.contest.cities[1])  # fmt: skip
    assert [tuple(one) for one in told] == [
        ("TEAMS_UNTIL_SET", {"until": "2099-07-08 24:00"}),
        ("EVIDENCE_UNTIL_SET", {"until": "2099-12-30 24:00"}),
        ("TEAMS_UNTIL_TO_BE_ANNOUNCED", {}),
    ]
