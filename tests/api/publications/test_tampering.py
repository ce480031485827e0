"""What was changed by hand in the database after it was signed is named."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.scorer.context import Scorer
from services.scorer.publications.verify import Tampered, verify_publications
from services.shared.database.pool import Pool
from tests.api.conftest import Ask
from tests.api.publications.conftest import APPROVE, Publish, Stage


async def test_what_was_published_is_what_was_signed(
    database: Pool, stage: Stage, publish: Publish, scorer: Scorer
) -> None:
    await publish()
    await publish(reason="更正联系电话")
    assert await verify_publications(database, stage.run_id, scorer.vault) == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("update publication_snapshots set canonical = canonical || ' '::bytea", "digest"),
        (
            "with signed as (update publication_signatures set digest ="
            "  (select encode(sha256(canonical || ' '::bytea), 'hex') from current_snapshots))"
            " update publication_snapshots set canonical = canonical || ' '::bytea,"
            " digest = encode(sha256(canonical || ' '::bytea), 'hex')"
            " where digest = (select digest from publication_signatures)",
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
    database: Pool, stage: Stage, publish: Publish, scorer: Scorer, statement: str, what: str
) -> None:
    await publish()
    await database.execute(statement)
    assert await verify_publications(database, stage.run_id, scorer.vault) == [Tampered(1, what)]


@pytest.mark.parametrize("sealed", [None, b"\x01" + bytes(60)])
async def test_whoever_signs_with_a_key_of_their_own_is_found_out(
    database: Pool, stage: Stage, publish: Publish, scorer: Scorer, sealed: bytes | None
) -> None:
    await publish()
    forged = Ed25519PrivateKey.generate()
    canonical = await database.fetchval("select canonical from publication_snapshots")
    await database.execute("update publication_signatures set signature = $1", forged.sign(canonical))
    replacing = "update signing_keys set public_key = $1, private_sealed = coalesce($2, private_sealed)"
    await database.execute(replacing, forged.public_key().public_bytes_raw(), sealed)
    assert await verify_publications(database, stage.run_id, scorer.vault) == [Tampered(1, "signing key")]


@pytest.mark.parametrize(
    "hour", [{}, {"publishAt": "2099-01-01T08:00:00+08:00", "noticeUntil": "2099-02-01T00:00:00+08:00"}]
)
async def test_what_was_changed_while_it_waited_is_not_signed(
    ask: Ask, database: Pool, stage: Stage, prepare: Publish, hour: dict[str, str]
) -> None:
    made = await prepare(**hour)
    await database.execute(
        "update publication_snapshots set canonical ="
        " convert_to(replace(convert_from(canonical, 'UTF8'), '账号1', '账号9'), 'UTF8')"
    )
    asked = {"publicationId": made["id"], "digest": made["digest"]}
    refused = (await ask(APPROVE, stage.host, input=asked))["approvePublication"]
    assert refused["code"] == "ANOTHER_DIGEST"
    assert await database.fetchval("select count(*) from publication_signatures") == 0
