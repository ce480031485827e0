"""Many users at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.grants.store import list_grants
from services.api.rows import in_order
from services.api.users import store
from services.api.users.sessions import token_hash
from services.api.users.types import Grant, Session, User, UserState


async def users(context: Context, ids: Sequence[UUID]) -> list[User | None]:
    """The viewer, and whoever holds a right in their reach."""
    rows = await store.find_users(context.pool, context.rows("User"), context.viewer.user_id, ids)
    return in_order(ids, rows, User.of)


async def states(context: Context, ids: Sequence[UUID]) -> list[UserState | None]:
    """What only those see of a user who may find them by id."""
    rows = await store.find_users(context.pool, context.rows("User"), context.viewer.user_id, ids)
    return in_order(ids, rows, UserState.of)


async def grants(context: Context, user_ids: Sequence[UUID]) -> list[list[Grant]]:
    found = await list_grants(context.pool, context.rows("User"), context.viewer.user_id, user_ids)
    return [[Grant(held=held, role=held.role) for held in each] for each in found]


async def sessions(context: Context, user_ids: Sequence[UUID]) -> list[list[Session]]:
    """The viewer's own, whoever is asked for."""
    this = token_hash(context.token) if context.token else None
    own = [
        Session(
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            address=row["address"],
            current=row["token_hash"] == this,
        )
        for row in (await store.list_sessions(context.pool, context.viewer.user_id) if context.viewer.user_id else ())
    ]
    return [own if key == context.viewer.user_id else [] for key in user_ids]


LOADERS: Mapping[str, Loader] = {
    "User": users,
    "User.state": states,
    "User.grants": grants,
    "Viewer.sessions": sessions,
}
