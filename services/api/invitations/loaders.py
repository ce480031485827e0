"""Many invitations at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.invitations import store
from services.api.invitations.types import Invitation


async def invitations(context: Context, ids: Sequence[UUID]) -> list[Invitation | None]:
    return await store.find_invitations(context.pool, context.rows("Invitation"), ids)


LOADERS: Mapping[str, Loader] = {"Invitation": invitations}
