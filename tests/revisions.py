"""Revisions in the database, as they are once they were prepared and approved."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.shared.beijing import BEIJING
from services.shared.identity import new_id
from services.shared.publications.signature import SigningKey
from services.shared.publications.snapshot import NoticeWindow, Snapshot, digest_of
from tests.factories import AContest, a_run
from tests.shared.publications.revisions import a_snapshot

PAST = datetime(2021, 9, 6, 9, tzinfo=BEIJING)


async def a_revision(
    contest: AContest, snapshot: Snapshot | None = None, *, state: str = "APPROVED", publish_at: datetime = PAST
) -> UUID:
    """Of the contest's round: prepared, and approved unless `state` says otherwise."""
    pool, publication_id, run_id = contest.pool, new_id(), await a_run(contest)
    slug = await pool.fetchval("select slug from contests where id = $1", contest.id)
    snapshot = replace(snapshot or a_snapshot(), contest=slug, publish_at=publish_at)
    notice = (
        (snapshot.notice.begins, snapshot.notice.ends) if isinstance(snapshot.notice, NoticeWindow) else (None, None)
    )
    await pool.execute(
        "insert into publications (id, contest_id, round_id, run_id, revision, stage, state, title, publish_at,"
        " notice_from, notice_until, contacts, masking, reason)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '[]', '{}', '')",
        *(publication_id, contest.id, contest.round_id, run_id, snapshot.revision, snapshot.stage, state),
        *(snapshot.title, publish_at, *notice),
    )
    key = SigningKey(new_id(), Ed25519PrivateKey.generate())
    await pool.execute(
        "insert into signing_keys (id, public_key, private_sealed) values ($1, $2, '') on conflict do nothing",
        *(key.id, key.public),
    )
    canonical = snapshot.canonical()
    digest = digest_of(canonical)
    head = {name: part for name, part in orjson.loads(canonical).items() if name != "standings"}
    await pool.execute(
        "insert into publication_snapshots (publication_id, digest, canonical, head) values ($1, $2, $3, $4)",
        *(publication_id, digest, canonical, head),
    )
    await pool.execute(
        "insert into publication_cities select $1, id, name from cities where contest_id = $2",
        *(publication_id, contest.id),
    )
    if state == "APPROVED":
        await pool.execute(
            "insert into publication_signatures (publication_id, digest, signature, signing_key_id)"
            " select $1, $2, $3, id from signing_keys",
            *(publication_id, digest, key.sign(canonical)),
        )
    return publication_id
