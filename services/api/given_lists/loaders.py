"""Many given lists at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.given_lists import store
from services.api.given_lists.types import GivenList


async def given_lists(context: Context, ids: Sequence[UUID]) -> list[GivenList | None]:
    return await store.find_given_lists(context.pool, context.rows("GivenList"), ids)


LOADERS: Mapping[str, Loader] = {"GivenList": given_lists}
