"""Invitations in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from services.api.access import Scope
from services.api.context import Executor
from services.api.errors import ConflictError, InvalidInputError
from services.api.grants.rights import Right, may_give
from services.api.grants.store import add_grant, find_rights, list_grants
from services.api.invitations.types import Invitation
from services.api.nodes import Page
from services.api.rows import in_order
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.vocabulary import HostRole, InvitationState, Role

queries = load(Path(__file__).with_name("queries.sql"))

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invitations; a contest of None stands for those to the whole installation, otherwise None means any."""

    contest_id: UUID | None
    role: Role | None = None
    state: InvitationState | None = None


async def expiry(connection: Connection, asked: datetime | None, days: int) -> datetime:
    """When an invitation ends: as asked, else in so many days. Raises InvalidInputError for the past or too late."""
    moment: datetime = await connection.fetchval(queries.find_moment)
    if asked is None:
        return moment + timedelta(days=days)
    if not moment < asked <= moment + LONGEST:
        raise InvalidInputError("EXPIRY_OUT_OF_RANGE", field="expiresAt", most=LONGEST.days)
    return asked


async def find_contest_of_city(connection: Connection, city_id: UUID) -> asyncpg.Record | None:
    """`contest_id`, its `title` and the city's `name`, or None when there is no such city."""
    return await connection.fetchrow(queries.find_contest_of_city, city_id)


async def find_activatable(
    connection: Connection, city_id: UUID, contestants: Sequence[UUID] | None
) -> list[asyncpg.Record]:
    """The city's contestants by number (those named, or all), with `may_activate` and `has_code`."""
    rows: list[asyncpg.Record] = await connection.fetch(queries.find_activatable, city_id, contestants)
    return rows


async def revoke_open(connection: Connection, *, contestants: Sequence[UUID] = (), user_id: UUID | None = None) -> None:
    """Ends what is still open of these contestants, or of this user's links for a new password."""
    await connection.execute(queries.revoke_open_codes, contestants, user_id)


async def add_invitation(
    connection: Connection,
    right: Right | None,
    *,
    code_hash: bytes,
    created_by: UUID | None,
    expires_at: datetime,
    name: str = "",
    contestant_id: UUID | None = None,
    user_id: UUID | None = None,
    place: tuple[UUID | None, UUID | None] = (None, None),
) -> UUID:
    """A new open invitation to a right; without one, to a new password for `user_id`, issued in `place`."""
    invitation_id = new_id()
    contest_id, city_id = (right.contest_id, right.city_id) if right else place
    await connection.execute(
        queries.insert_invitation,
        *(invitation_id, right and right.role, user_id, contest_id, city_id, contestant_id),
        *(right and right.host_role, name, code_hash, created_by, expires_at),
    )
    return invitation_id


async def find_code(database: Executor, hashes: Sequence[bytes]) -> asyncpg.Record | None:
    return await database.fetchrow(queries.find_code, hashes)


async def find_invitation(database: Executor, invitation_id: UUID) -> asyncpg.Record | None:
    """The same by id, for whoever has shown its code before."""
    return await database.fetchrow(queries.find_invitation, invitation_id)


async def lock_open_invitation(connection: Connection, invitation_id: UUID) -> asyncpg.Record | None:
    """The invitation, locked, if it can still be accepted; lock its contest first."""
    return await connection.fetchrow(queries.lock_open_invitation, invitation_id)


async def accept(connection: Connection, invitation: asyncpg.Record, user_id: UUID) -> None:
    """Closes an invitation, and gives the user its right if it has one; raises ConflictError when they hold it."""
    right = right_of(invitation)
    if right is not None and await add_grant(connection, user_id, right, invitation["contestant_id"]) is None:
        raise ConflictError("GRANT_HELD")
    await connection.execute(queries.mark_accepted, invitation["id"], user_id)


async def is_vouched_for(connection: Connection, invitation: asyncpg.Record) -> bool:
    """Whether whoever made an invitation may still do so, by the rights that they have now."""
    right = right_of(invitation)
    rights = [right] if right else (await find_rights(connection, invitation["user_id"]))[1]
    (held,) = await list_grants(connection, Scope(True, (), (), ()), None, [invitation["created_by"]])
    return all(may_give(held, one) for one in rights)


def right_of(invitation: asyncpg.Record) -> Right | None:
    """What an invitation gives, in the place for which it was made; None for a new password."""
    if invitation["role"] is None:
        return None
    side = HostRole(invitation["host_role"]) if invitation["host_role"] else None
    return Right(Role(invitation["role"]), invitation["contest_id"], invitation["city_id"], side)


async def mark_revoked(connection: Connection, invitation_id: UUID) -> bool:
    """Whether it was still open."""
    return await connection.fetchval(queries.mark_revoked, invitation_id) is not None


async def list_invitations(
    database: Executor, scope: Scope, wanted: Wanted, page: Page
) -> tuple[list[Invitation], int]:
    rows = await database.fetch(
        queries.list_invitations,
        *scope,
        *(wanted.contest_id, wanted.role, wanted.state),
        *(page.after, page.limit + 1),
    )
    return [Invitation.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_invitations(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Invitation | None]:
    rows = await database.fetch(queries.find_invitations, *scope, ids)
    return in_order(ids, rows, Invitation.of)
