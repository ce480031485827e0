"""Many users at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.users import store
from services.api.users.types import User


async def users(context: Context, ids: Sequence[UUID]) -> list[User | None]:
    """Only the viewer is to be found by id."""
    seen = [key for key in ids if key == context.viewer.user_id]
    found = {user.uuid: user for user in await store.find_users(context.pool, seen) if user}
    return [found.get(key) for key in ids]


LOADERS: Mapping[str, Loader] = {"User": users}
