"""What waits for platform numbers that are bound to no account, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from services.scorer.uploads.owners import UnclaimedUid
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def save(connection: Connection, contest_id: UUID, uids: Mapping[UUID, Sequence[UnclaimedUid]]) -> None:
    """Replaces what uploads have for platform numbers that are bound to no account."""
    await connection.execute(queries.forget_unclaimed, list(uids))
    records = [(upload_id, contest_id, *one) for upload_id, waiting in uids.items() for one in waiting]
    await connection.executemany(queries.insert_unclaimed, records)
