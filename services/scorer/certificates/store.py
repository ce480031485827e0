"""Certificates in PostgreSQL, as they are printed."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.scorer.certificates.certificate import Certificate
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def find_waiting(pool: Pool, publication_id: UUID, most: int) -> list[tuple[UUID, Certificate]]:
    """Certificates of a publication that are not printed yet, with the full names of the people."""
    return [
        (
            row["id"],
            Certificate(
                named=row["name"],
                contest=row["head"]["contest_title"],
                round=row["head"]["round_title"],
                award=row["title"],
                hosts=tuple(host["name"] for host in row["head"]["hosts"] if host["role"] == "HOST"),
                published_at=row["publish_at"],
                code=row["code"],
            ),
        )
        for row in await pool.fetch(queries.find_waiting, publication_id, most)
    ]


async def keep_printed(connection: Connection, ids: Sequence[UUID], printed: Sequence[bytes]) -> None:
    await connection.executemany(queries.keep_printed, list(zip(ids, printed, strict=True)))
