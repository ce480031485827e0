"""The job that looks into sealed papers, in a real child, and the sweep that deletes them in time."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.scorer.documents.sweep import delete_due_documents
from services.scorer.uploads.children import Limits, ParserPool
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.storage.seal import Sealing, document_key, new_key
from tests.factories import AContest, AnAccount, a_contest, an_account
from tests.kept import keys, put
from tests.scorer.documents.papers import HOSTILE, heic, pdf, picture
from tests.scorer.doing import do, row

COLUMNS = "state, media_type, problem, key_sealed is null as keyless"


@pytest.fixture
async def with_children(scorer: Scorer) -> AsyncIterator[Scorer]:
    async with ParserPool(1, Limits(cpu_seconds=30)) as parsers:
        yield replace(scorer, parsers=parsers)


async def a_document(
    scorer: Scorer, contest: AContest, account: AnAccount | None, content: bytes, *, purpose: str = "EVIDENCE"
) -> UUID:
    """A document as the API leaves it: sealed bytes, and the job that looks into them."""
    document_id, key = new_id(), new_key()
    sealing = Sealing(key, document_id)
    await put(scorer.files, document_key(document_id), sealing.head + sealing.update(content) + sealing.end())
    async with scorer.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into documents (id, contest_id, contestant_id, purpose, evidence_key, title, state, media_type,"
            " size, sha256, key_sealed) values ($1, $2, $3, $4, 'certificate', '证书', 'CHECKING', 'image/jpeg', $5,"
            " '', $6)",
            *(document_id, contest.id, account and account.contestant_id, purpose, len(content)),
            scorer.vault.seal_bytes(key, document_id),
        )
        await enqueue(connection, JobKind.CHECK_DOCUMENT, document_id)
    return document_id


@pytest.mark.parametrize(
    ("make", "media_type"),
    [(picture, "image/jpeg"), (heic, "image/heic"), (pdf, "application/pdf")],
    ids=["jpeg", "heic", "pdf"],
)
async def test_a_good_paper_is_ready_and_stays_sealed(
    with_children: Scorer, database: Pool, make: Callable[[], bytes], media_type: str
) -> None:
    contest = await a_contest(database)
    content = make()
    document = await a_document(with_children, contest, await an_account(contest, "a"), content)
    await do(with_children, document)
    found = await database.fetchrow(f"select {COLUMNS} from documents")
    assert tuple(found or ()) == ("READY", media_type, None, False)
    assert content[:16] not in await with_children.files.read_whole(document_key(document))
    assert await database.fetchval("select count(*) from messages") == 0


@pytest.mark.parametrize("name", ["pixel bomb", "pdf with a script", "half a heic", "html"])
async def test_a_bad_one_is_refused_deleted_and_told(with_children: Scorer, database: Pool, name: str) -> None:
    make, code = HOSTILE[name]
    contest = await a_contest(database)
    account = await an_account(contest, "a")
    document = await a_document(with_children, contest, account, make())
    await do(with_children, document)
    found = await row(database, "documents", document)
    assert (found["state"], found["problem"]["code"], found["key_sealed"]) == ("REFUSED", code, None)
    assert await keys(with_children.files) == set()
    told = await database.fetch("select code, parameters, contestant_id from messages")
    assert [tuple(one) for one in told] == [("DOCUMENT_WAS_REFUSED", {"title": "证书"}, account.contestant_id)]


async def test_papers_about_people_go_when_the_contest_says_so(scorer: Scorer, database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    due = [await a_document(scorer, contest, await an_account(contest, f"a{n}"), b"x") for n in range(101)]
    due.append(await a_document(scorer, contest, None, b"x", purpose="SIGNED_LIST"))
    kept = [
        await a_document(scorer, contest, None, b"x", purpose="NOTICE"),
        await a_document(scorer, other, await an_account(other, "b"), b"x"),
    ]
    await database.execute("update contests set evidence_until = now() + interval '1 hour'")
    await delete_due_documents(scorer)
    assert await database.fetchval("select count(*) from documents where state = 'DELETED'") == 0
    await database.execute("update contests set evidence_until = now() where id = $1", contest.id)
    await delete_due_documents(scorer)
    rows = await database.fetch("select id from documents where state = 'DELETED' and key_sealed is null")
    assert {found["id"] for found in rows} == set(due)
    assert await keys(scorer.files) == set(map(document_key, kept))
    entries = await database.fetch("select action, login, subject_id, user_id, changes from audit_entries")
    assert {found["subject_id"] for found in entries} == set(due)
    assert {(found["action"], found["login"], found["user_id"]) for found in entries} == {
        ("DELETE_DUE_DOCUMENT", "scorer", None)
    }
    assert [found["changes"] for found in entries] == [{"state": ["CHECKING", "DELETED"]}] * 102
    await delete_due_documents(scorer)
    assert await database.fetchval("select count(*) from audit_entries") == 102


async def test_a_paper_deleted_before_its_check_stays_deleted(with_children: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    document = await a_document(with_children, contest, await an_account(contest, "a"), picture())
    await database.execute("update documents set state = 'DELETED', key_sealed = null")
    await do(with_children, document)
    assert await database.fetchval("select state from documents") == "DELETED"
    assert await database.fetchval("select state from jobs") == "DONE"


async def test_documents_whose_bytes_never_came_go_after_a_day(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database)
    late, early, arrived = [
        await a_document(scorer, contest, await an_account(contest, name), b"x") for name in ("a", "b", "c")
    ]
    notice = await a_document(scorer, contest, None, b"x", purpose="NOTICE")
    await database.execute("update documents set state = 'CREATED' where id <> $1", arrived)
    await database.execute("update documents set created_at = now() - interval '1 day' where id <> $1", early)
    await delete_due_documents(scorer)
    rows = await database.fetch("select id, state, key_sealed is null as keyless from documents")
    assert {found["id"]: (found["state"], found["keyless"]) for found in rows} == {
        late: ("DELETED", True),
        notice: ("DELETED", True),
        early: ("CREATED", False),
        arrived: ("CHECKING", False),
    }
    assert await keys(scorer.files) == {document_key(early), document_key(arrived)}
    changes = [found["changes"] for found in await database.fetch("select changes from audit_entries")]
    assert changes == [{"state": ["CREATED", "DELETED"]}] * 2
