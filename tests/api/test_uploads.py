"""Bytes on their way in: announced, put, checked against their hash, completed once."""

from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from services.api.context import Resources
from services.api.nodes import parse_global_id
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadKind
from services.shared.identity import new_id
from services.shared.storage.seal import unseal
from services.shared.storage.store import find_original
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, an_account
from tests.kept import get, keys
from tests.people import an_alias

CREATE = """mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  __typename ... on CreateUploadPayload { upload { id state exportedAtStated kind account { handle } } putUrl putToken }
  ... on InvalidInput { field } ... on Error { code } } }"""
COMPLETE = """mutation ($id: ID!) { completeUpload(input: {uploadId: $id}) {
  __typename ... on CompleteUploadPayload { upload { state } } ... on Error { code } } }"""
WITHDRAW = """mutation ($id: ID!) { withdrawUpload(input: {uploadId: $id, reason: "传错了"}) {
  __typename ... on WithdrawUploadPayload { upload { withdrawnReason } } ... on Error { code } } }"""
STATED = "query ($id: ID!) { upload(id: $id) { policy publishedAt attestedBy origin typingReason } }"
IMPORT = """mutation ($input: ImportRosterInput!) { importRoster(input: $input) {
  __typename ... on ImportRosterPayload { rosterImport { id state dryRun } } ... on Error { code } } }"""

BYTES = "作品名称,发布时间\n".encode()


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


def announced(contest: AContest, **more: object) -> dict[str, Any]:
    content = BYTES
    given = {"contestId": gid("Contest", contest.id), "name": "作品列表导出.csv", "size": len(content)}
    return {**given, "sha256": sha256(content).hexdigest(), **more}


async def put(client: httpx.AsyncClient, made: dict[str, Any], content: bytes, token: str = "") -> httpx.Response:
    headers = {"authorization": f"Bearer {token or made['putToken']}"}
    return await client.put(made["putUrl"], content=content, headers=headers)


async def kept(app: Starlette, made: dict[str, Any]) -> bytes | None:
    """What the scorer will read; nothing of it lies in clear."""
    resources: Resources = app.state.resources
    original = await find_original(resources.pool, UUID(made["putUrl"].rpartition("/")[2]))
    assert original is not None
    sealed = await get(resources.files, original.place)
    if sealed is None or original.key_sealed is None:
        return None
    assert BYTES[:16] not in sealed
    return unseal(sealed, resources.vault.open_bytes(original.key_sealed, original.id), original.id)


async def rows(database: Pool, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await database.fetch(query)]


async def test_from_announcement_to_job(
    client: httpx.AsyncClient, ask: Ask, database: Pool, app: Starlette, contest: AContest, organiser: APerson
) -> None:
    made = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    upload = made["upload"]
    assert (upload["state"], upload["exportedAtStated"], upload["account"]) == ("CREATED", False, None)
    assert (await ask(COMPLETE, organiser, id=upload["id"]))["completeUpload"]["code"] == "UPLOAD_WITHOUT_BYTES"
    assert (await put(client, made, BYTES)).status_code == 204
    assert (await put(client, made, BYTES)).status_code == 204  # repeated, as after a lost answer
    for _ in range(2):
        assert (await ask(COMPLETE, organiser, id=upload["id"]))["completeUpload"]["upload"] == {"state": "QUEUED"}
    assert await kept(app, made) == BYTES
    assert await rows(database, "select kind, state from jobs") == [("INGEST_UPLOAD", "QUEUED")]
    assert await database.fetchval("select count(*) from outbox") == 0  # Redis has been told
    assert (await put(client, made, BYTES)).status_code == 404  # the token is used up


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (BYTES[:-1] + b"!", 422, "UPLOAD_HASH_DIFFERS"),
        (BYTES[:-1], 422, "UPLOAD_HASH_DIFFERS"),
        (BYTES + b"!", 413, "UPLOAD_LARGER_THAN_ANNOUNCED"),
    ],
)
async def test_other_bytes_than_announced_are_refused_and_not_kept(
    client: httpx.AsyncClient,
    ask: Ask,
    app: Starlette,
    contest: AContest,
    organiser: APerson,
    content: bytes,
    status: int,
    code: str,
) -> None:
    made = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    response = await put(client, made, content)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert await kept(app, made) is None
    assert await keys(app.state.resources.files) == set()
    answer = await ask(COMPLETE, organiser, id=made["upload"]["id"])
    assert answer["completeUpload"]["code"] == "UPLOAD_WITHOUT_BYTES"


async def test_wrong_bytes_do_not_replace_right_ones(
    client: httpx.AsyncClient, ask: Ask, app: Starlette, contest: AContest, organiser: APerson
) -> None:
    made = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    assert (await put(client, made, BYTES)).status_code == 204
    assert (await put(client, made, BYTES[:-1] + b"!")).status_code == 422
    assert await kept(app, made) == BYTES


async def test_the_hash_check_is_what_refuses_them(
    client: httpx.AsyncClient,
    ask: Ask,
    app: Starlette,
    contest: AContest,
    organiser: APerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the comparison taken out, the same wrong bytes are taken: nothing else would have noticed."""
    monkeypatch.setattr("services.shared.storage.originals.hmac.compare_digest", lambda *_: True)
    made = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    assert (await put(client, made, BYTES[:-1] + b"!")).status_code == 204
    assert await kept(app, made) == BYTES[:-1] + b"!"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 403), ({"authorization": "Bearer x"}, 404), ({"authorization": "Basic x"}, 403)],
)
async def test_bytes_need_the_uploads_token(
    client: httpx.AsyncClient,
    ask: Ask,
    contest: AContest,
    organiser: APerson,
    headers: dict[str, str],
    status: int,
) -> None:
    made = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    assert (await client.put(made["putUrl"], content=BYTES, headers=headers)).status_code == status
    somebody = {"authorization": f"Bearer {organiser.token}"}
    assert (await client.put(made["putUrl"], content=BYTES, headers=somebody)).status_code == 404
    assert (await client.put("/uploads/none", content=BYTES, headers=somebody)).status_code == 404


async def test_the_same_key_finds_the_same_upload(
    client: httpx.AsyncClient, ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    given = announced(contest, idempotencyKey="first")
    first = (await ask(CREATE, organiser, input=given))["createUpload"]
    again = (await ask(CREATE, organiser, input=given))["createUpload"]
    assert first["upload"]["id"] == again["upload"]["id"]
    assert (await put(client, first, BYTES)).status_code == 404  # the newer token counts
    assert (await put(client, again, BYTES)).status_code == 204
    await ask(COMPLETE, organiser, id=first["upload"]["id"])
    complete = (await ask(CREATE, organiser, input=given))["createUpload"]
    assert (complete["upload"]["state"], complete["putToken"]) == ("QUEUED", None)
    assert await database.fetchval("select count(*) from uploads") == 1
    other = await a_person(database, Role.ORGANISER, contest)
    assert (await ask(CREATE, other, input=given))["createUpload"]["upload"]["id"] != first["upload"]["id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sha256": "F" * 64}, "sha256"),
        ({"size": -1}, "size"),
        ({"size": 1 << 40}, "size"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"exportedAt": "2999-01-01T00:00:00+08:00"}, "exportedAt"),
        ({"publishedAt": "2999-01-01T00:00:00+08:00"}, "publishedAt"),
        ({"publishedAt": "2021-09-02T00:00:00+08:00", "exportedAt": "2021-09-01T00:00:00+08:00"}, "publishedAt"),
        ({"accountHint": "抖音-nobody"}, "accountHint"),
        ({"accountId": "nonsense"}, "accountId"),
    ],
)
async def test_what_an_announcement_must_not_say(
    ask: Ask, contest: AContest, organiser: APerson, change: dict[str, object], field: str
) -> None:
    answer = (await ask(CREATE, organiser, input=announced(contest, **change)))["createUpload"]
    assert (answer["__typename"], answer["field"]) == ("InvalidInput", field)


async def test_what_is_stated_is_shown_again(ask: Ask, contest: AContest, organiser: APerson) -> None:
    stated = {"policy": "GOOD_ROWS", "publishedAt": "2021-08-01T20:00:00+08:00"}
    made = (await ask(CREATE, organiser, input=announced(contest, **stated, attested=True)))["createUpload"]
    shown = await ask(STATED, organiser, id=made["upload"]["id"])
    assert shown["upload"] == {**stated, "attestedBy": organiser.login, "origin": None, "typingReason": None}
    silent = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    shown = await ask(STATED, organiser, id=silent["upload"]["id"])
    assert (shown["upload"]["policy"], shown["upload"]["attestedBy"]) == ("ALL_OR_NOTHING", None)


@pytest.mark.parametrize("hint", ["抖音-zhangsan", "抖音：Zhang San", "douyin zhangsan", "zhangsan", "@ZhangSan"])
async def test_a_hint_finds_the_account(ask: Ask, contest: AContest, organiser: APerson, hint: str) -> None:
    await an_account(contest, "zhangsan")
    answer = (await ask(CREATE, organiser, input=announced(contest, accountHint=hint)))["createUpload"]
    assert answer["upload"]["account"] == {"handle": "zhangsan"}


async def test_a_hint_may_be_an_approved_alias(ask: Ask, contest: AContest, organiser: APerson) -> None:
    account = await an_account(contest, "zhangsan")
    await an_alias(contest, account.id, "New.Name")
    await an_alias(contest, (await an_account(contest, "lisi")).id, "asked", state="ASKED")
    answer = (await ask(CREATE, organiser, input=announced(contest, accountHint="抖音-new.name")))["createUpload"]
    assert answer["upload"]["account"] == {"handle": "zhangsan"}
    for hint in ("抖音-asked", "快手-new.name"):
        refused = (await ask(CREATE, organiser, input=announced(contest, accountHint=hint)))["createUpload"]
        assert (refused["code"], refused["field"]) == ("ACCOUNT_UNKNOWN", "accountHint")


async def test_leaders_upload_for_an_account_of_theirs_and_no_archive(
    ask: Ask, contest: AContest, database: Pool
) -> None:
    account = await an_account(contest, "zhangsan", city=0)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    mine = {"accountId": gid("Account", account.id)}
    for change, code in (
        ({}, "ACCOUNT_REQUIRED"),
        ({**mine, "kind": "ROSTER"}, "ACCOUNT_REQUIRED"),
        ({**mine, "kind": "ARCHIVE"}, "ARCHIVE_BY_ORGANISERS"),
        ({**mine, "name": "all.ZIP"}, "ARCHIVE_BY_ORGANISERS"),
    ):
        assert (await ask(CREATE, leader, input=announced(contest, **change)))["createUpload"]["code"] == code
    made = (await ask(CREATE, leader, input=announced(contest, **mine)))["createUpload"]
    assert made["upload"]["account"] == {"handle": "zhangsan"}


async def test_after_the_deadline_nothing_is_taken(
    client: httpx.AsyncClient, ask: Ask, contest: AContest, database: Pool, organiser: APerson
) -> None:
    made = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    await put(client, made, BYTES)
    await database.execute("update rounds set uploads_until = now()")
    late = {"__typename": "Conflict", "code": "UPLOADS_CLOSED"}
    assert (await ask(COMPLETE, organiser, id=made["upload"]["id"]))["completeUpload"] == late
    assert await rows(database, "select state from uploads") == [("CREATED",)]
    assert (await ask(CREATE, organiser, input=announced(contest)))["createUpload"] == late
    roster = (await ask(CREATE, organiser, input=announced(contest, kind="ROSTER")))["createUpload"]
    assert roster["upload"]["state"] == "CREATED"  # people can still be entered


async def test_who_comes_too_late_reads_until_when_files_were_taken(
    ask: Ask, contest: AContest, database: Pool, organiser: APerson
) -> None:
    """Of several rounds the last one decides; the moment itself is too late."""
    await database.execute(
        "insert into rounds (id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until,"
        " uploads_until, position) select $1, contest_id, 'final', '决赛', opens_at, closes_at, exported_from,"
        " exported_until, '2021-09-11+08', 1 from rounds",
        new_id(),
    )
    said = CREATE.replace("... on Error { code }", "... on Error { code message }")
    assert said != CREATE
    made = await ask(said, organiser, input=announced(contest))
    assert made["createUpload"]["upload"]["state"] == "CREATED"
    await database.execute("update rounds set uploads_until = '2021-09-06+08' where key <> 'final'")
    late = (await ask(said, organiser, input=announced(contest)))["createUpload"]
    assert (late["code"], late["message"]) == (
        "UPLOADS_CLOSED",
        "数据文件的上传已于北京时间 2021-09-10 24:00 截止，没有收下，也不能再撤回。如有特殊情况，请联系主办方。",
    )


async def test_only_an_accepted_upload_is_withdrawn_and_once(
    ask: Ask, contest: AContest, database: Pool, organiser: APerson
) -> None:
    made = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    key = made["upload"]["id"]
    assert (await ask(WITHDRAW, organiser, id=key))["withdrawUpload"]["code"] == "UPLOAD_NOT_ACCEPTED"
    await database.execute("update uploads set state = 'ACCEPTED'")
    for _ in range(2):
        assert (await ask(WITHDRAW, organiser, id=key))["withdrawUpload"]["upload"] == {"withdrawnReason": "传错了"}
    assert await rows(database, "select kind from jobs") == [("WITHDRAW_UPLOAD",)]


async def test_a_withdrawal_that_failed_can_be_asked_for_again(
    ask: Ask, contest: AContest, database: Pool, organiser: APerson
) -> None:
    upload = await a_counted_upload(contest, organiser)
    await ask(WITHDRAW, organiser, id=gid("Upload", upload))
    await database.execute("update jobs set state = 'FAILED', tries = 5")
    await database.execute("update uploads set withdrawn_reason = 'the first'")
    answer = (await ask(WITHDRAW, organiser, id=gid("Upload", upload)))["withdrawUpload"]["upload"]
    assert answer == {"withdrawnReason": "the first"}
    assert await rows(database, "select kind, state, tries from jobs") == [("WITHDRAW_UPLOAD", "QUEUED", 0)]


async def a_counted_upload(
    contest: AContest, by: APerson, account: AnAccount | None = None, kind: UploadKind = UploadKind.DOUYIN_WORKS
) -> UUID:
    """An accepted upload that somebody has made."""
    key = new_id()
    await contest.pool.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, kind, account_id, exported_at,"
        " exported_at_stated, created_by, accepted_sequence, content_digest)"
        " values ($1, $2, 'a.csv', 1, 'x', 'ACCEPTED', $3, $4, now(), true, $5, 1, $6)",
        *(key, contest.id, kind, account and account.id, by.user_id, key.hex),
    )
    return key


async def test_who_withdraws_what(ask: Ask, contest: AContest, database: Pool, organiser: APerson) -> None:
    account = await an_account(contest, "zhangsan", city=0)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    contestant = await a_person(database, Role.CONTESTANT, contest, contestant=account.contestant_id)

    async def withdraw(person: APerson, upload: UUID) -> str:
        answer: str = (await ask(WITHDRAW, person, id=gid("Upload", upload)))["withdrawUpload"]["__typename"]
        return answer

    for by, archive, who, expected in (
        (contestant, False, contestant, "WithdrawUploadPayload"),
        (leader, False, contestant, "NotAllowed"),
        (organiser, False, contestant, "NotAllowed"),
        (organiser, True, contestant, "NotAllowed"),
        (leader, False, leader, "WithdrawUploadPayload"),
        (contestant, False, leader, "WithdrawUploadPayload"),
        (organiser, True, leader, "NotAllowed"),
        (leader, False, organiser, "WithdrawUploadPayload"),
        (organiser, True, organiser, "WithdrawUploadPayload"),
    ):
        kind = UploadKind.ARCHIVE if archive else UploadKind.DOUYIN_WORKS
        assert await withdraw(who, await a_counted_upload(contest, by, account, kind)) == expected
    moved = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    assert await withdraw(moved, await a_counted_upload(contest, moved, account)) == "NotAllowed"


async def test_after_the_deadline_only_organisers_withdraw(
    ask: Ask, contest: AContest, database: Pool, organiser: APerson
) -> None:
    account = await an_account(contest, "zhangsan")
    contestant = await a_person(database, Role.CONTESTANT, contest, contestant=account.contestant_id)
    upload = gid("Upload", await a_counted_upload(contest, contestant, account))
    await database.execute("update rounds set uploads_until = now()")
    late = {"__typename": "Conflict", "code": "UPLOADS_CLOSED"}
    assert (await ask(WITHDRAW, contestant, id=upload))["withdrawUpload"] == late
    assert (await ask(WITHDRAW, organiser, id=upload))["withdrawUpload"]["__typename"] == "WithdrawUploadPayload"


async def test_a_roster_is_imported_from_an_upload_with_its_bytes(
    client: httpx.AsyncClient, ask: Ask, contest: AContest, database: Pool, organiser: APerson
) -> None:
    other = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    await put(client, other, BYTES)
    made = (await ask(CREATE, organiser, input=announced(contest, kind="ROSTER")))["createUpload"]
    given = {"uploadId": made["upload"]["id"], "dryRun": True, "idempotencyKey": "k"}

    async def code(**changes: object) -> str:
        answer: str = (await ask(IMPORT, organiser, input={**given, **changes}))["importRoster"]["code"]
        return answer

    assert await code() == "UPLOAD_WITHOUT_BYTES"
    assert await code(uploadId=other["upload"]["id"]) == "UPLOAD_NOT_A_ROSTER"
    await put(client, made, BYTES)
    first = (await ask(IMPORT, organiser, input=given))["importRoster"]["rosterImport"]
    assert (first["state"], first["dryRun"]) == ("QUEUED", True)
    assert (await ask(IMPORT, organiser, input=given))["importRoster"]["rosterImport"] == first
    found = parse_global_id(first["id"])
    assert found is not None
    assert isinstance(found[1], UUID)
    assert await rows(database, "select kind, subject_id from jobs") == [("IMPORT_ROSTER", found[1])]


async def test_a_city_sends_its_own_roster_and_no_other_city_sees_it(
    client: httpx.AsyncClient, ask: Ask, contest: AContest, database: Pool, organiser: APerson
) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    colleague = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    other = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    stranger = await a_person(
        database, Role.CITY_CLERK, elsewhere := await a_contest(database), city=elsewhere.cities[0]
    )
    roster = announced(contest, kind="ROSTER")
    assert (await ask(CREATE, stranger, input=roster))["createUpload"]["code"] == "ACCOUNT_REQUIRED"
    made = (await ask(CREATE, clerk, input=roster))["createUpload"]
    assert (await put(client, made, BYTES)).status_code == 204
    upload = made["upload"]["id"]
    assert (await ask(COMPLETE, other, id=upload))["completeUpload"]["code"] == "NOT_FOUND"
    assert (await ask(COMPLETE, clerk, id=upload))["completeUpload"]["__typename"] == "CompleteUploadPayload"
    assert (await ask(IMPORT, other, input={"uploadId": upload}))["importRoster"]["code"] == "NOT_FOUND"
    imported = (await ask(IMPORT, clerk, input={"uploadId": upload}))["importRoster"]["rosterImport"]["id"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    for person, seen in ((clerk, True), (organiser, True), (colleague, False), (other, False)):
        for each in (upload, imported):
            assert ((await ask(node, person, id=each))["node"] is not None) is seen
    await database.execute("update roster_imports set state = 'DONE', city_id = $1", contest.cities[0])
    listed = "query ($contest: ID!) { uploads(contestId: $contest) { totalCount nodes { id } } }"
    for person, seen in ((colleague, True), (other, False)):
        for each in (upload, imported):
            assert ((await ask(node, person, id=each))["node"] is not None) is seen
        found = (await ask(listed, person, contest=gid("Contest", contest.id)))["uploads"]
        assert found == {"totalCount": int(seen), "nodes": [{"id": upload}] * seen}
    again = (await ask(IMPORT, clerk, input={"uploadId": upload}))["importRoster"]
    assert again["code"] == "ROSTER_BYTES_DELETED"
