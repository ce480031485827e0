"""The marked copies of many uploads at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.marked_copies import store
from services.api.marked_copies.types import MarkedCopy


async def marked_copies(context: Context, ids: Sequence[UUID]) -> list[list[MarkedCopy]]:
    """Each person sees those that they asked for."""
    return await store.find_copies(context.pool, context.viewer.user_id, ids)


LOADERS: Mapping[str, Loader] = {"Upload.markedCopies": marked_copies}
