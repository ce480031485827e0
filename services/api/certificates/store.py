"""Certificates in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.certificates.types import Certificate, CertificateCheck
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Award:
    """An award to one of those who have it: a contestant by number, or the team of a city."""

    key: str
    title: str
    city_id: UUID
    number: int | None
    named: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that is new."""

    id: UUID
    city_id: UUID
    contestant_id: UUID | None


async def find_published(database: Executor, publication_id: UUID) -> asyncpg.Record | None:
    """`contest_id, round_id, head, holds` of a revision that is public: whether it is final and nothing replaces it."""
    return await database.fetchrow(queries.find_published, publication_id)


async def list_cities(connection: Connection, publication_id: UUID) -> dict[str, UUID]:
    """The cities by the names under which a revision knows them, whatever they are called by now."""
    rows = await connection.fetch(queries.list_cities, publication_id)
    return {row["name"]: row["city_id"] for row in rows}


async def issue(
    connection: Connection, publication: asyncpg.Record, award: Award, code: str, by: UUID | None
) -> Issued | None:
    """None where there is one for that award already."""
    row = await connection.fetchrow(
        queries.issue,
        *(new_id(), publication["contest_id"], publication["round_id"], publication["id"], award.number, award.city_id),
        *(award.key, award.title, award.named, code, by),
    )
    return Issued(**row) if row else None


async def list_certificates(
    database: Executor, scope: Scope, contest_id: UUID, page: Page
) -> tuple[list[Certificate], int]:
    rows = await database.fetch(queries.list_certificates, *scope, contest_id, page.after, page.limit + 1)
    return [Certificate.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_certificates(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Certificate | None]:
    return in_order(ids, await database.fetch(queries.find_certificates, *scope, ids), Certificate.of)


async def check(database: Executor, code: str) -> CertificateCheck | None:
    """What the public is told of a code; None where no certificate has it."""
    row = await database.fetchrow(queries.check, code)
    return CertificateCheck.of(row) if row else None


async def find_content(database: Executor, certificate_id: UUID) -> asyncpg.Record | None:
    """`content, title, number` of one that is printed."""
    return await database.fetchrow(queries.find_content, certificate_id)
