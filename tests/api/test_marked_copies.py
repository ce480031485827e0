"""A marked copy is asked for, waited for, and fetched once by whoever asked."""

from uuid import UUID

import httpx
import pytest

from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadKind
from services.shared.settings import Settings
from services.shared.storage import open_files
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person, an_account, an_upload

MARK = """mutation ($id: ID!, $language: Language! = ZH) {
  markUpload(input: {uploadId: $id, language: $language}) {
    __typename ... on MarkUploadPayload { url upload { markedCopies { language state } } } ... on Error { code } } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


@pytest.fixture
async def upload(contest: AContest, settings: Settings, database: Pool) -> UUID:
    """Refused, of the clerk's city."""
    account = await an_account(contest, "zhangsan")
    made = await an_upload(contest, open_files(settings), "作品列表.xlsx", b"", account=account)
    await database.execute("update uploads set state = 'REFUSED', kind = 'DOUYIN_WORKS', ended_at = now()")
    return made


async def made(database: Pool) -> None:
    """What the scorer does."""
    await database.execute("update marked_copies set state = 'DONE', content = $1, ended_at = now()", b"PK copy")


async def test_a_copy_is_asked_for_once_and_fetched_once(
    client: httpx.AsyncClient, ask: Ask, database: Pool, clerk: APerson, upload: UUID
) -> None:
    for _ in range(2):
        waiting = (await ask(MARK, clerk, id=gid("Upload", upload)))["markUpload"]
        assert waiting["url"] is None
        assert waiting["upload"] == {"markedCopies": [{"language": "ZH", "state": "QUEUED"}]}
    assert await database.fetchval("select count(*) from jobs where kind = 'MARK_UPLOAD'") == 1
    await made(database)
    url = (await ask(MARK, clerk, id=gid("Upload", upload)))["markUpload"]["url"]
    signed_in = {"authorization": f"Bearer {clerk.token}"}
    assert (await client.get(url)).status_code == 404
    fetched = await client.get(url, headers=signed_in)
    assert (fetched.status_code, fetched.content) == (200, b"PK copy")
    assert "%E6%A0%87%E6%B3%A8.xlsx" in fetched.headers["content-disposition"]
    assert (await client.get(url, headers=signed_in)).status_code == 404
    assert await database.fetchval("select count(*) from audit_entries where action = 'MARK_UPLOAD'") == 3


async def test_after_the_file_was_read_again_another_copy_is_made(
    ask: Ask, database: Pool, clerk: APerson, upload: UUID
) -> None:
    await ask(MARK, clerk, id=gid("Upload", upload))
    await made(database)
    await database.execute("update uploads set ended_at = now() + interval '1 second'")
    again = (await ask(MARK, clerk, id=gid("Upload", upload)))["markUpload"]
    assert (again["url"], again["upload"]["markedCopies"][0]["state"]) == (None, "QUEUED")


async def test_each_person_and_language_has_a_copy_of_its_own(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson, upload: UUID
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    await ask(MARK, clerk, id=gid("Upload", upload))
    await ask(MARK, organiser, id=gid("Upload", upload), language="EN")
    assert await database.fetchval("select count(*) from marked_copies") == 2
    shown = (await ask(MARK, organiser, id=gid("Upload", upload)))["markUpload"]["upload"]["markedCopies"]
    assert {copy["language"] for copy in shown} == {"ZH", "EN"}


async def test_what_is_not_marked(ask: Ask, database: Pool, contest: AContest, clerk: APerson, upload: UUID) -> None:
    other = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    assert (await ask(MARK, other, id=gid("Upload", upload)))["markUpload"]["code"] == "NOT_FOUND"
    await database.execute("update uploads set state = 'READING'")
    assert (await ask(MARK, clerk, id=gid("Upload", upload)))["markUpload"]["code"] == "UPLOAD_NOT_READ_YET"
    organiser = await a_person(database, Role.ORGANISER, contest)
    await database.execute("update uploads set state = 'ACCEPTED', kind = $1", UploadKind.ARCHIVE)
    assert (await ask(MARK, organiser, id=gid("Upload", upload)))["markUpload"]["code"] == "UPLOAD_NOT_MARKED"
