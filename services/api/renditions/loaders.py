"""The documents of many revisions at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.renditions import store
from services.api.renditions.types import PublicationDocument


async def documents(context: Context, ids: Sequence[UUID]) -> list[list[PublicationDocument]]:
    return await store.list_renditions(context.pool, ids)


LOADERS: Mapping[str, Loader] = {"Publication.documents": documents}
