"""What was stored of the files of a run, to be compared with the files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.scorer.metrics.store import Extent, taking_part
from services.scorer.rereading.compare import ChangedFact, Fault
from services.scorer.uploads.upload import Upload
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.file_vocabulary import Source, UploadKind
from services.shared.vocabulary import ImportPolicy

queries = load(Path(__file__).with_name("queries.sql"))

_FACTS = {
    Source.WORKS: queries.works,
    Source.ACCOUNT_DAYS: queries.account_days,
    Source.LIVE_SESSIONS: queries.live_sessions,
    Source.ORDERS: queries.orders,
}


@dataclass(frozen=True, slots=True)
class CountedFile:
    """A file of a run, with the digests of its bytes and of its content."""

    upload: Upload
    sha256: str
    content_digest: str


class Unrecorded(NamedTuple):
    """A penalty, or a mark, that differs from the record of who did what."""

    table_name: str
    id: UUID
    contestant_id: UUID | None
    stored: str | None
    recorded: str | None


async def list_files(connection: Connection, extent: Extent) -> list[CountedFile]:
    """In the order in which they were accepted."""
    span = extent.contest_id, extent.sequence, extent.exported_from, extent.exported_until
    return [_file(row) for row in await connection.fetch(queries.list_files, *span)]


def _file(row: asyncpg.Record) -> CountedFile:
    fields = dict(row)
    sha256, digest, stated, ownerless, policy = map(
        fields.pop, ("sha256", "content_digest", "kind_stated", "ownerless_orders", "policy")
    )
    fields["name"] = fields["name"] or ""  # bundles may leave it out
    upload = Upload(
        **fields,
        kind_stated=stated and UploadKind(stated),
        policy=ImportPolicy(policy),
        ownerless_to_stated=ownerless == "FOLDER_ACCOUNT",
    )
    return CountedFile(upload, sha256, digest)


async def stored_rows(connection: Connection, source: Source, upload_id: UUID, sequence: int) -> list[asyncpg.Record]:
    """The rows of a file that were in force."""
    return await connection.fetch(_FACTS[source], upload_id, sequence)


async def spoken_of(connection: Connection, upload_id: UUID, sequence: int) -> list[UUID]:
    """Of whom a file spoke for good: those of whom it was to say more later may have lacked rows then."""
    rows = await connection.fetch(queries.list_spoken_of, upload_id, sequence)
    return [row["contestant_id"] for row in rows if not row["later"]]


async def counted_elsewhere(
    connection: Connection, lines: Sequence[str], upload_id: UUID, sequence: int
) -> frozenset[str]:
    """Order lines that another file has."""
    rows = await connection.fetch(queries.find_counted_elsewhere, lines, upload_id, sequence)
    return frozenset(row["order_line"] for row in rows)


async def unheard_of(connection: Connection, extent: Extent) -> list[ChangedFact]:
    """Rows that no file has brought."""
    rows = await connection.fetch(queries.find_unheard_of, await taking_part(connection, extent), extent.sequence)
    return [
        ChangedFact(
            Fault.ADDED, row["upload_id"], Source(row["source"]), row["contestant_id"], row["sheet"], row["line"]
        )
        for row in rows
    ]


async def unrecorded(connection: Connection, extent: Extent) -> list[Unrecorded]:
    """Penalties and marks that are not what the record says was decided and given, and what of that is gone."""
    place = extent.contest_id, extent.round_id, extent.sequence
    return [
        Unrecorded(**row)
        for query in (queries.find_unrecorded_penalties, queries.find_unrecorded_marks)
        for row in await connection.fetch(query, *place)
    ]


async def names_of(connection: Connection, contestants: Sequence[UUID], uploads: Sequence[UUID]) -> dict[UUID, str]:
    """As people call them: contestants by number, uploads by name."""
    return {row["id"]: row["name"] for row in await connection.fetch(queries.list_names, contestants, uploads)}
