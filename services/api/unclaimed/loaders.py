"""Many claims at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.unclaimed import store
from services.api.unclaimed.types import UidClaim, UnclaimedFile


async def claims(context: Context, ids: Sequence[UUID]) -> list[UidClaim | None]:
    return await store.find_claims(context.pool, context.rows("UidClaim"), ids)


async def elsewhere_of_claims(context: Context, ids: Sequence[UUID]) -> list[list[UnclaimedFile]]:
    return await store.find_elsewhere(context, ids)


LOADERS: Mapping[str, Loader] = {"UidClaim": claims, "UidClaim.elsewhere": elsewhere_of_claims}
