"""What an archive takes out of the database."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import asyncpg

from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))

TABLES: Mapping[str, str] = {
    "scoring_runs": queries.scoring_runs,
    "adoptions": queries.adoptions,
    "publications": queries.publications,
    "penalties": queries.penalties,
    "appeals": queries.appeals,
    "comparisons": queries.comparisons,
    "notices": queries.notices,
    "uploads": queries.uploads,
}


async def list_rules(connection: Connection, contest_id: UUID) -> list[asyncpg.Record]:
    """Every version of the rules."""
    return await connection.fetch(queries.list_rules, contest_id)


async def list_runs(connection: Connection, contest_id: UUID) -> list[asyncpg.Record]:
    """The runs that people went by."""
    return await connection.fetch(queries.list_runs, contest_id)


async def list_publications(connection: Connection, contest_id: UUID) -> list[asyncpg.Record]:
    """The approved revisions."""
    return await connection.fetch(queries.list_publications, contest_id)


async def list_renditions(connection: Connection, publication_id: UUID) -> list[asyncpg.Record]:
    """The documents of one revision."""
    return await connection.fetch(queries.list_renditions, publication_id)
