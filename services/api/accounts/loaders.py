"""Many accounts at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.accounts import store
from services.api.accounts.types import Account
from services.api.context import Context, Loader


async def accounts(context: Context, ids: Sequence[UUID]) -> list[Account | None]:
    return await store.find_accounts(context.pool, context.rows("Account"), ids)


LOADERS: Mapping[str, Loader] = {"Account": accounts}
