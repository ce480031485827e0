"""Many users at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.users import store
from services.api.users.sessions import token_hash
from services.api.users.types import Session, User


async def users(context: Context, ids: Sequence[UUID]) -> list[User | None]:
    """Only the viewer is to be found by id."""
    seen = [key for key in ids if key == context.viewer.user_id]
    found = {user.uuid: user for user in await store.find_users(context.pool, seen) if user}
    return [found.get(key) for key in ids]


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


LOADERS: Mapping[str, Loader] = {"User": users, "Viewer.sessions": sessions}
