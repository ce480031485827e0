"""Many aliases at once, and those of an account."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.aliases import store
from services.api.aliases.types import AccountAlias
from services.api.context import Context, Loader


async def aliases(context: Context, ids: Sequence[UUID]) -> list[AccountAlias | None]:
    return await store.find_aliases(context.pool, context.rows("AccountAlias"), ids)


async def aliases_of_account(context: Context, ids: Sequence[UUID]) -> list[list[AccountAlias]]:
    return await store.find_aliases_of(context.pool, ids)


LOADERS: Mapping[str, Loader] = {"AccountAlias": aliases, "Account.aliases": aliases_of_account}
