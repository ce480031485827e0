"""Whom somebody may manage: users all of whose rights they could give."""

from uuid import UUID

import strawberry

from services.api.context import Context
from services.api.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from services.api.grants import store
from services.api.grants.rights import Right, may_give
from services.api.nodes import key_of
from services.api.rows import Row
from services.shared.database.pool import Connection
from services.shared.vocabulary import HostRole, Role


def check_may_give(context: Context, right: Right) -> None:
    """Raises NotAllowedError unless the viewer may give the right, or take it."""
    if not may_give(context.viewer.grants, right):
        raise NotAllowedError


def check_right(
    role: Role, contest: strawberry.ID | None, city: strawberry.ID | None, host_role: HostRole | None = None
) -> None:
    """What may be said together of a right that is to be given; raises InvalidInputError."""
    if (role in (Role.CITY_CLERK, Role.CITY_LEADER)) != (city is not None):
        raise InvalidInputError("CITY_OF_STAFF", field="cityId")
    if contest is None and city is None and role not in (Role.ORGANISER, Role.AUDITOR):
        raise InvalidInputError("CONTEST_NEEDED", field="contestId")
    if host_role is not None and role is not Role.ORGANISER:
        raise InvalidInputError("HOST_ROLE_OF_ORGANISER", field="hostRole")


async def find_right(  # noqa: PLR0917  what names one right
    context: Context,
    connection: Connection,
    mutation: str,
    role: Role,
    contest: strawberry.ID | None,
    city: strawberry.ID | None,
    host_role: HostRole | None = None,
) -> Right:
    """The right to be given; a city alone tells its contest, and without either it is one to the whole installation.

    Raises NotFoundError for a place that does not exist or lies outside the viewer's reach.
    """
    scope, contest_id, city_id = context.may(mutation), key_of(contest, "Contest"), key_of(city, "City")
    if contest is None and city is None:
        if not scope.everywhere:
            raise NotAllowedError
        return Right(role, None, None, host_role)
    if (contest is None) != (contest_id is None) or (city is None) != (city_id is None):
        raise NotFoundError
    place = await store.find_place(connection, contest_id, city_id)
    if place is None or (city_id is not None and not place["has_city"]):
        raise NotFoundError
    if not scope.covers(place["contest_id"], city_id):
        raise NotFoundError
    return Right(role, place["contest_id"], city_id, host_role)


async def lock_rights(connection: Connection, user_id: UUID) -> tuple[Row | None, list[Right]]:
    """Somebody's `login, name, disabled_at` and every right; None for no such user.

    Nobody adds to the rights until the transaction ends.
    """
    await store.lock_holder(connection, user_id)
    return await store.find_rights(connection, user_id)


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
