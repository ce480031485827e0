"""Rows on their way into the fact tables: frames become one COPY for each table, without touching single rows."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import polars as pl

from services.scorer.uploads.canonical import OWNER, SCHEMAS
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import Source

# The columns that a file fills, by table; contestant, upload, sequence and export time come beside them.
COLUMNS = {source: tuple(name for name in schema if name not in OWNER) for source, schema in SCHEMAS.items()}

_BESIDE = ("contestant_id", "upload_id", "from_sequence", "exported_at")

_ROWS_WRITTEN_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of one upload, each with its contestant, as they will be in force from a sequence number on."""

    upload_id: UUID
    source: Source
    frame: pl.DataFrame
    contestants: dict[UUID, int]  # everybody the upload speaks of, with their number of rows
    exported_at: datetime
    sequence: int
    empty_measures: Sequence[str] = ()  # of account days that a file without rows speaks of

    def measures(self) -> dict[UUID, list[str]]:
        """The measures of account days that are told of each contestant."""
        if self.source is not Source.ACCOUNT_DAYS:
            return {}
        if self.frame.is_empty():
            return {contestant: sorted(self.empty_measures) for contestant in self.contestants}
        told = self.frame.group_by("contestant_id").agg(pl.col("measure").unique().sort())
        return {UUID(contestant): measures for contestant, measures in told.iter_rows()}


async def copy_facts(connection: Connection, batch: Sequence[Facts]) -> None:
    """Writes the rows of some uploads: one COPY for each table that is concerned."""
    for source in Source:
        frames = [_with_constants(facts) for facts in batch if facts.source is source and facts.frame.height]
        if frames:
            rows = pl.concat(frames, how="diagonal_relaxed").select(*_BESIDE, *COLUMNS[source], "sheet", "line")
            await _copy(connection, source, rows)


def _with_constants(facts: Facts) -> pl.DataFrame:
    return facts.frame.with_columns(
        upload_id=pl.lit(str(facts.upload_id)),
        from_sequence=pl.lit(facts.sequence, pl.Int64),
        exported_at=pl.lit(facts.exported_at.isoformat()),
    )


async def _copy(connection: Connection, source: Source, frame: pl.DataFrame) -> None:
    await connection.copy_to_table(source.lower(), source=_pieces(frame), columns=frame.columns, format="csv")


async def _pieces(frame: pl.DataFrame) -> AsyncIterator[bytes]:
    """The rows as CSV: polars quotes an empty text and leaves null bare, which is how COPY tells them apart. PostgreSQL
    is at work on one piece while the next is written, and never all of it is held as text."""
    coming: asyncio.Task[str] | None = None
    for rows in frame.iter_slices(_ROWS_WRITTEN_AT_ONCE):
        ready, coming = coming, asyncio.create_task(asyncio.to_thread(rows.write_csv, include_header=False))
        if ready is not None:
            yield (await ready).encode("utf-8")
    if coming is not None:
        yield (await coming).encode("utf-8")
