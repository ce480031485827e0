"""What was changed by hand in the database after it was signed is named."""

import pytest

from services.scorer.publications.verify import Tampered, verify_publications
from services.shared.database.pool import Pool
from tests.api.publications.conftest import Publish, Stage


async def test_what_was_published_is_what_was_signed(database: Pool, stage: Stage, publish: Publish) -> None:
    await publish()
    await publish(reason="更正联系电话")
    assert await verify_publications(database, stage.run_id) == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("update publication_snapshots set canonical = canonical || ' '::bytea", "digest"),
        (
            "update publication_snapshots set canonical = canonical || ' '::bytea,"
            " digest = encode(sha256(canonical || ' '::bytea), 'hex')",
            "signature",
        ),
        ('update publication_snapshots set head = head || \'{"title": "x"}\'', "head"),
        ("update publications set title = 'x'", "head"),
        ("update publications set notice_until = notice_until + interval '1 day'", "head"),
        ("update scoring_runs set digest = repeat('0', 64)", "run"),
        ('update publication_rows set line = line || \'{"total": "100"}\' where position = 2', "2"),
        ("update publication_rows set searched = 'x' where position = 3", "3"),
        ("delete from publication_rows where position = 4", "4"),
    ],
)
async def test_whatever_is_changed_is_named(
    database: Pool, stage: Stage, publish: Publish, statement: str, what: str
) -> None:
    await publish()
    await database.execute(statement)
    assert await verify_publications(database, stage.run_id) == [Tampered(1, what)]
