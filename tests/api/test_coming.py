"""The other two ways for bytes to come: PUT to a bucket's own address, and fetched by the scorer."""

from collections.abc import AsyncIterator
from hashlib import sha256
from uuid import UUID

import httpx
import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette

from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post, running
from tests.api.test_uploads import BYTES, COMPLETE, CREATE, announced
from tests.factories import AContest, APerson, a_contest, a_person
from tests.kept import get, keys
from tests.s3_server import S3Server

ADDRESS = "https://files.example/2021/works.csv?sign=secret"


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    if "bucket" in request.fixturenames:
        server: S3Server = request.getfixturevalue("s3_server")
        return settings.model_copy(update=server.new_bucket())
    return settings.model_copy(update={"fetch_hosts": "files.example"})


@pytest.fixture
async def bucket(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who knows of the bucket no more than the addresses that they are given."""
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def test_bytes_go_to_the_bucket_and_completing_looks_for_them(
    bucket: httpx.AsyncClient, ask: Ask, app: Starlette, database: Pool, contest: AContest, organiser: APerson
) -> None:
    made = (await ask(CREATE, organiser, input=announced(contest)))["createUpload"]
    upload = made["upload"]["id"]
    assert (made["upload"]["state"], made["putToken"]) == ("CREATED", None)
    assert (await ask(COMPLETE, organiser, id=upload))["completeUpload"]["code"] == "UPLOAD_WITHOUT_BYTES"
    assert (await bucket.put(made["putUrl"], content=BYTES + b"more")).status_code == 200
    assert (await ask(COMPLETE, organiser, id=upload))["completeUpload"]["code"] == "UPLOAD_HASH_DIFFERS"
    assert await keys(app.state.resources.files) == set()
    assert (await bucket.put(made["putUrl"], content=BYTES)).status_code == 200
    for _ in range(2):
        assert (await ask(COMPLETE, organiser, id=upload))["completeUpload"]["upload"] == {"state": "QUEUED"}
    key = await database.fetchval("select id from uploads where bytes_at is not null")
    assert await get(app.state.resources.files, f"uploads/{key}") == BYTES
    assert await database.fetchval("select kind from jobs") == "INGEST_UPLOAD"


async def test_what_holds_id_numbers_goes_through_us_and_lies_sealed_in_the_bucket(
    bucket: httpx.AsyncClient,
    client: httpx.AsyncClient,
    ask: Ask,
    app: Starlette,
    contest: AContest,
    organiser: APerson,
) -> None:
    made = (await ask(CREATE, organiser, input=announced(contest, kind="ROSTER")))["createUpload"]
    assert made["putUrl"].startswith("/uploads/")
    headers = {"authorization": f"Bearer {made['putToken']}"}
    assert (await client.put(made["putUrl"], content=BYTES, headers=headers)).status_code == 204
    place = f"originals/{UUID(made['putUrl'].rpartition('/')[2])}"
    assert await keys(app.state.resources.files) == {place}
    assert BYTES[:16] not in (await get(app.state.resources.files, place) or b"")


async def test_an_address_is_kept_sealed_and_nobody_waits_for_bytes(
    ask: Ask, app: Starlette, database: Pool, contest: AContest, organiser: APerson
) -> None:
    given = {"contestId": gid("Contest", contest.id), "name": "作品.csv", "url": ADDRESS, "idempotencyKey": "once"}
    for _ in range(2):
        made = (await ask(CREATE, organiser, input=given))["createUpload"]
        assert (made["upload"]["state"], made["putUrl"], made["putToken"]) == ("QUEUED", None, None)
    (row,) = await database.fetch("select id, address_sealed, sha256 from uploads")
    assert app.state.resources.vault.open(row["address_sealed"], row["id"]) == ADDRESS
    assert [tuple(one) for one in await database.fetch("select kind, state from jobs")] == [("FETCH_UPLOAD", "QUEUED")]
    assert "secret" not in str([tuple(one) for one in await database.fetch("select * from audit_entries")])


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"url": "https://evil.example/a"}, "url", "FETCH_HOST_NOT_ALLOWED"),
        ({"url": "http://files.example/a"}, "url", "FETCH_NOT_HTTPS"),
        ({"url": ADDRESS + "x" * 4000}, "url", "FETCH_ADDRESS_INVALID"),
        ({"url": ADDRESS, "kind": "ROSTER"}, "url", "FETCH_NOT_OF_PEOPLE"),
        ({"url": ADDRESS, "sha256": "x"}, "sha256", "SHA256_INVALID"),
        ({"sha256": sha256(b"x").hexdigest()}, "size", "UPLOAD_TOO_LARGE"),
        ({"size": 5}, "sha256", "SHA256_INVALID"),
    ],
)
async def test_what_is_wrong_with_an_announcement_is_said_at_once(
    ask: Ask,
    database: Pool,
    contest: AContest,
    organiser: APerson,
    more: dict[str, object],
    field: str,
    code: str,
) -> None:
    given = {"contestId": gid("Contest", contest.id), "name": "作品.csv", **more}
    answer = (await ask(CREATE, organiser, input=given))["createUpload"]
    assert (answer["field"], answer["code"]) == (field, code)
    assert await database.fetchval("select count(*) from uploads") == 0


async def test_where_no_host_is_allowed_fetching_is_off(
    settings: Settings, redis: Redis, contest: AContest, organiser: APerson
) -> None:
    given = {"contestId": gid("Contest", contest.id), "name": "作品.csv", "url": ADDRESS}
    async with (
        running(settings.model_copy(update={"fetch_hosts": ""})) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://livecup.test") as client,
    ):
        answer = (await post(client, CREATE, organiser, input=given)).json()
    assert answer["data"]["createUpload"]["code"] == "FETCH_OFF"
