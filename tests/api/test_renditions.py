"""Documents of a revision by their address: for everyone from the hour on, and nothing of them before."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from services.shared.database.pool import Pool
from services.shared.publications.snapshot import Snapshot
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, a_contest, a_person, an_account
from tests.revisions import PAST, a_revision
from tests.shared.publications.revisions import a_snapshot

CONTENT = bytes(range(256)) * 10_000  # more than one piece


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def address(contest: AContest) -> str:
    """Of the second revision."""
    slug = await contest.pool.fetchval("select slug from contests where id = $1", contest.id)
    return f"/publications/{slug}/2"


async def with_pdf(contest: AContest, publication: UUID) -> None:
    await contest.pool.execute(
        "insert into renditions (publication_id, digest, language, format, sha256, content)"
        " select publication_id, digest, 'ZH', 'PDF', $2, $3 from publication_snapshots where publication_id = $1",
        *(publication, hashlib.sha256(CONTENT).hexdigest(), CONTENT),
    )


async def test_everyone_gets_a_document_from_the_hour_on(
    client: httpx.AsyncClient, contest: AContest, address: str
) -> None:
    await with_pdf(contest, await a_revision(contest))
    got = await client.get(f"{address}/zh-CN.pdf")
    assert (got.status_code, got.content) == (200, CONTENT)
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["etag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'
    assert got.headers["content-length"] == str(len(CONTENT))
    again = await client.get(f"{address}/zh-CN.pdf", headers={"if-none-match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_snapshot_has_the_digest_that_was_published(
    client: httpx.AsyncClient, contest: AContest, address: str
) -> None:
    await a_revision(contest)
    got = await client.get(f"{address}/snapshot.json")
    digest = await contest.pool.fetchval("select digest from publication_snapshots")
    assert hashlib.sha256(got.content).hexdigest() == digest
    assert got.headers["etag"] == f'"{digest}"'
    again = await client.get(f"{address}/snapshot.json", headers={"if-none-match": got.headers["etag"]})
    assert again.status_code == 304


TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.mark.parametrize(("state", "hour"), [("APPROVED", TOMORROW), ("PREPARED", None), ("DECLINED", None)])
async def test_before_the_hour_it_is_as_if_there_were_nothing(
    client: httpx.AsyncClient, contest: AContest, address: str, state: str, hour: datetime | None
) -> None:
    snapshot: Snapshot = a_snapshot()
    publication = await a_revision(contest, snapshot, state=state, publish_at=hour or PAST)
    await with_pdf(contest, publication)
    digest = await contest.pool.fetchval("select digest from publication_snapshots")
    for name in ("zh-CN.pdf", "snapshot.json"):
        there = await client.get(f"{address}/{name}", headers={"if-none-match": f'"{digest}"'})
        nowhere = await client.get(f"{address}9/{name}")
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content
        assert there.headers == nowhere.headers
        assert there.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.AUDITOR, Role.JUDGE, Role.CITY_LEADER, Role.CONTESTANT])
async def test_only_those_who_prepare_and_watch_read_it_before_its_hour(
    client: httpx.AsyncClient, ask: Ask, contest: AContest, address: str, role: Role
) -> None:
    publication = await a_revision(contest, state="PREPARED", publish_at=TOMORROW)
    await with_pdf(contest, publication)
    account = await an_account(contest, "somebody")
    where = {Role.CITY_LEADER: {"city": contest.cities[0]}, Role.CONTESTANT: {"contestant": account.contestant_id}}
    person = await a_person(contest.pool, role, contest, **where.get(role, {}))
    may = role in (Role.ORGANISER, Role.AUDITOR)
    for name in ("zh-CN.pdf", "snapshot.json"):
        got = await client.get(f"{address}/{name}", headers={"authorization": f"Bearer {person.token}"})
        assert got.status_code == (200 if may else 404)
        assert got.headers["cache-control"] == "no-store"
    node = (await ask(DOCUMENTS, person, id=gid("Publication", publication)))["node"]
    assert bool(node) is may


DOCUMENTS = """query ($id: ID!) { node(id: $id) { ... on Publication {
  documents { language format url sha256 size } } } }"""


async def test_a_revision_names_its_documents(
    client: httpx.AsyncClient, ask: Ask, contest: AContest, address: str
) -> None:
    publication = await a_revision(contest)
    assert (await ask(DOCUMENTS, None, id=gid("Publication", publication)))["node"] == {"documents": []}
    await with_pdf(contest, publication)
    (document,) = (await ask(DOCUMENTS, None, id=gid("Publication", publication)))["node"]["documents"]
    assert document == {
        "language": "ZH",
        "format": "PDF",
        "url": f"{address}/zh-CN.pdf",
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "size": len(CONTENT),
    }
    assert (await client.get(document["url"])).content == CONTENT


async def test_a_withdrawn_revision_stays_readable(client: httpx.AsyncClient, contest: AContest, address: str) -> None:
    await with_pdf(contest, await a_revision(contest))
    await contest.pool.execute("update publications set withdrawn_at = now(), withdrawn_reason = '有误'")
    assert (await client.get(f"{address}/zh-CN.pdf")).status_code == 200
    assert (await client.get(f"{address}/snapshot.json")).status_code == 200


@pytest.mark.parametrize("name", ["en.pdf", "zh-CN.exe", "pdf", "%00.pdf", "ZH.PDF"])
async def test_what_there_is_none_of_is_not_found(
    client: httpx.AsyncClient, contest: AContest, address: str, name: str
) -> None:
    await with_pdf(contest, await a_revision(contest))
    assert (await client.get(f"{address}/{name}")).status_code == 404


async def test_odd_addresses_are_not_found(client: httpx.AsyncClient, contest: AContest) -> None:
    await a_revision(contest)
    for place in ("x%00/2/zh-CN.pdf", "x/99999999999999999999/zh-CN.pdf", "x/-1/zh-CN.pdf", "x/2/snapshot.json"):
        assert (await client.get(f"/publications/{place}")).status_code == 404
