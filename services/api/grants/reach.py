"""Whom somebody may manage: users all of whose rights they could give."""

from uuid import UUID

import strawberry

from services.api.context import Context
from services.api.errors import ConflictError, NotAllowedError, NotFoundError
from services.api.grants.store import lock_holder
from services.api.invitations.rights import Right, may_give
from services.api.invitations.store import find_rights
from services.api.nodes import key_of
from services.api.rows import Row
from services.shared.database.pool import Connection


def check_may_give(context: Context, right: Right) -> None:
    """Raises NotAllowedError unless the viewer may give the right, or take it."""
    if not may_give(context.viewer.grants, right):
        raise NotAllowedError


async def lock_rights(connection: Connection, user_id: UUID) -> tuple[Row | None, list[Right]]:
    """Somebody's `login, name, disabled_at` and every right; None for no such user.

    Nobody adds to the rights until the transaction ends.
    """
    await lock_holder(connection, user_id)
    return await find_rights(connection, user_id)


async def find_managed(
    context: Context, connection: Connection, mutation: str, text: strawberry.ID
) -> tuple[UUID, Row, UUID | None]:
    """A user's id, `login` and `name`, and the contest under which what is done to them is recorded.

    Raises NotFoundError outside the viewer's reach, NotAllowedError when one of the rights is beyond it, ConflictError
    for the viewer: nobody shuts themselves out.
    """
    user_id, scope = key_of(text, "User"), context.may(mutation)
    person, rights = await lock_rights(connection, user_id) if user_id else (None, [])
    reached = {one.contest_id for one in rights if one.contest_id is not None and scope.covers(one.contest_id)}
    if user_id is None or person is None or not (reached or scope.everywhere):
        raise NotFoundError
    if user_id == context.viewer.user_id:
        raise ConflictError("OWN_ACCOUNT")
    for right in rights:
        check_may_give(context, right)
    return user_id, person, reached.pop() if len(reached) == 1 else None
