"""Coverage in PostgreSQL: a round's times, its people, and the files that count for them."""

from collections.abc import Collection, Mapping
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.coverage.weeks import File
from services.shared.database.sql import load
from services.shared.file_vocabulary import AccountMeasure, Origin, Source

queries = load(Path(__file__).with_name("queries.sql"))

InRound = tuple[UUID, UUID]  # contestant, round

_NONE: frozenset[AccountMeasure] = frozenset()


async def find_round(database: Executor, round_id: UUID) -> asyncpg.Record | None:
    return await database.fetchrow(queries.find_round, round_id)


async def list_people(
    database: Executor, scope: Scope, contest_id: UUID, city_id: UUID | None, contestant_id: UUID | None
) -> list[asyncpg.Record]:
    """`id`, `number` and `name` of approved people, by number."""
    return await database.fetch(queries.list_people, *scope, contest_id, city_id, contestant_id)


async def list_files(database: Executor, wanted: Collection[InRound]) -> Mapping[InRound, list[File]]:
    """The files that count for contestants in rounds; nothing for whoever has none."""
    if not wanted:
        return {}
    rows = await database.fetch(queries.list_files, *map(list, zip(*wanted, strict=True)))
    return {(row["contestant_id"], row["round_id"]): _files(row) for row in rows}


def _files(row: asyncpg.Record) -> list[File]:
    names = "uploads", "sources", "measures", "exported_at", "handed_in_at", "origins", "periods_from", "periods_to"
    columns = (row[name] for name in names)
    return [
        File(
            upload_id,
            Source(source),
            frozenset(map(AccountMeasure, measures)) if measures else _NONE,
            exported_at,
            handed_in_at,
            Origin(origin) if origin else None,
            (begins, ends) if begins and ends else None,
        )
        for upload_id, source, measures, exported_at, handed_in_at, origin, begins, ends in zip(*columns, strict=True)
    ]
