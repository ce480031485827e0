"""Rights of users, in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import GrantHeld, Scope
from services.api.context import Executor
from services.api.invitations.rights import Right
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.vocabulary import HostRole, Role

queries = load(Path(__file__).with_name("queries.sql"))


async def lock_user(connection: Connection, login: str) -> asyncpg.Record | None:
    """`id`, `login` and `name`; None when there is no such login."""
    return await connection.fetchrow(queries.lock_user, login)


async def add_grant(connection: Connection, user_id: UUID, right: Right) -> UUID | None:
    """The id of the new right, or None when the user holds it."""
    place = (right.contest_id, right.city_id, right.host_role)
    key: UUID | None = await connection.fetchval(queries.insert_grant, new_id(), user_id, right.role, *place)
    return key


async def find_grant(connection: Connection, grant_id: UUID) -> asyncpg.Record | None:
    """Everything about a right and its holder's `login` and `name`; nobody else changes it meanwhile."""
    return await connection.fetchrow(queries.find_grant, grant_id)


async def delete_grant(connection: Connection, grant_id: UUID) -> None:
    await connection.execute(queries.delete_grant, grant_id)


async def list_grants(
    database: Executor, scope: Scope, viewer: UUID | None, user_ids: Sequence[UUID]
) -> list[list[GrantHeld]]:
    """The rights of each user, as far as the viewer may see them."""
    rows = await database.fetch(queries.list_grants, scope.everywhere, scope.contests, viewer, user_ids)
    found: defaultdict[UUID, list[GrantHeld]] = defaultdict(list)
    for row in rows:
        side = HostRole(row["host_role"]) if row["host_role"] else None
        place = (row["contest_id"], row["city_id"], row["contestant_id"])
        found[row["user_id"]].append(GrantHeld(Role(row["role"]), *place, side, row["id"]))
    return [found[key] for key in user_ids]
