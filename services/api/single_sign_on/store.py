"""Who is who at the provider, in PostgreSQL."""

from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.context import Executor
from services.api.single_sign_on.provider import Identity
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


async def find_user(connection: Connection, identity: Identity) -> asyncpg.Record | None:
    """`id, login, name, disabled_at` of the user an identity is joined to."""
    return await connection.fetchrow(queries.find_identity, identity.issuer, identity.subject)


async def join_identity(connection: Connection, identity: Identity, user_id: UUID) -> bool:
    """False when it is joined to a user already."""
    found = await connection.fetchval(queries.insert_identity, identity.issuer, identity.subject, user_id)
    return found is not None


async def list_identities(database: Executor, user_id: UUID) -> list[asyncpg.Record]:
    """`issuer` and `created_at` of each that is joined to a user."""
    return await database.fetch(queries.list_identities, user_id)


async def delete_identities(connection: Connection, user_id: UUID) -> int:
    """How many there were."""
    return len(await connection.fetch(queries.delete_identities, user_id))
