"""Rights of users, in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import GrantHeld, Scope
from services.api.context import Executor
from services.api.grants.rights import Right
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.vocabulary import HostRole, Role

queries = load(Path(__file__).with_name("queries.sql"))


async def lock_user(connection: Connection, login: str) -> asyncpg.Record | None:
    """`id`, `login` and `name`; None when there is no such login."""
    return await connection.fetchrow(queries.lock_user, login)


async def lock_holder(connection: Connection, user_id: UUID) -> None:
    """Until the transaction ends nobody else gives this user a right; their contests are locked before."""
    await connection.execute(queries.lock_contests_of, user_id)
    await connection.execute(queries.lock_holder, user_id)


async def add_grant(
    connection: Connection, user_id: UUID, right: Right, contestant_id: UUID | None = None
) -> UUID | None:
    """The id of the new right, or None when the user holds it. The only way to one; lock its contest first.

    Links for a new password that are under way end with it: they were made for somebody who could do less.
    """
    await connection.execute(queries.lock_holder, user_id)
    place = right.contest_id, None if contestant_id else right.city_id, contestant_id
    given = new_id(), user_id, right.role, *place, right.host_role
    key: UUID | None = await connection.fetchval(queries.insert_grant, *given)
    if key is not None:
        await connection.execute(queries.end_renewals, user_id)
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


async def find_rights(connection: Connection, user_id: UUID) -> tuple[asyncpg.Record | None, list[Right]]:
    """Somebody's `login, name, disabled_at` and every right; None for no such user."""
    rows = await connection.fetch(queries.find_rights, user_id)
    rights = [
        Right(
            Role(row["role"]),
            row["contest_id"],
            row["city_id"],
            HostRole(row["host_role"]) if row["host_role"] else None,
        )
        for row in rows
        if row["role"]
    ]
    return (rows[0] if rows else None), rights


async def find_place(connection: Connection, contest_id: UUID | None, city_id: UUID | None) -> asyncpg.Record | None:
    """`contest_id`, which without one is the city's, and `has_city`; None when there is no such contest."""
    return await connection.fetchrow(queries.find_place, contest_id, city_id)
