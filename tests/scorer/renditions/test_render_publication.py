"""The job that makes the documents of a revision."""

import hashlib
from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.scorer.renditions import render_publication
from services.scorer.renditions.render import RENDERERS
from services.shared.jobs import JobKind, enqueue
from services.shared.publications.snapshot import read_snapshot
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language
from tests.factories import a_contest
from tests.revisions import a_revision
from tests.scorer.doing import do

MADE = "select language, format, sha256, content from renditions order by language, format"


async def make(scorer: Scorer, publication: UUID) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        await enqueue(connection, JobKind.RENDER_PUBLICATION, publication)
    await do(scorer, publication)


async def test_every_document_is_made_in_every_language(scorer: Scorer) -> None:
    publication = await a_revision(await a_contest(scorer.pool))
    await make(scorer, publication)
    rows = await scorer.pool.fetch(MADE)
    assert {(row["language"], row["format"]) for row in rows} == {
        (language, document) for language in Language for document in RenditionFormat
    }
    canonical = await scorer.pool.fetchval("select canonical from publication_snapshots")
    for row in rows:
        expected = RENDERERS[RenditionFormat(row["format"])](read_snapshot(canonical), Language(row["language"]))
        assert row["content"] == expected
        assert row["sha256"] == hashlib.sha256(expected).hexdigest()
    assert await scorer.pool.fetchval("select state from jobs where kind = 'RENDER_PUBLICATION'") == "DONE"


async def test_what_is_there_already_is_not_made_again(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    publication = await a_revision(await a_contest(scorer.pool))
    await scorer.pool.execute(
        "insert into renditions (publication_id, digest, language, format, sha256, content)"
        " select publication_id, digest, 'ZH', 'PDF', 'x', 'x' from publication_snapshots where publication_id = $1",
        publication,
    )
    made = []

    async def note(_: bytes, document: RenditionFormat, language: Language) -> bytes:
        made.append((language, document))
        return b""

    monkeypatch.setattr(render_publication, "render", note)
    await make(scorer, publication)
    assert len(made) == len(Language) * len(RenditionFormat) - 1
    assert (Language.ZH, RenditionFormat.PDF) not in made


async def test_nothing_is_made_of_what_was_declined(scorer: Scorer) -> None:
    publication = await a_revision(await a_contest(scorer.pool), state="DECLINED")
    await make(scorer, publication)
    assert await scorer.pool.fetch(MADE) == []
    assert await scorer.pool.fetchval("select state from jobs where kind = 'RENDER_PUBLICATION'") == "DONE"
