"""Many appeals, with what came with them and what they led to."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.appeals import store
from services.api.appeals.types import Appeal
from services.api.context import Context, Loader
from services.api.documents.types import Document
from services.api.rows import Row, in_order


async def appeals(context: Context, ids: Sequence[UUID]) -> list[Appeal | None]:
    return in_order(ids, await store.find_appeals(context.pool, store.Eyes.of(context), ids), Appeal.of)


async def documents(context: Context, ids: Sequence[UUID]) -> list[list[Document]]:
    """Of appeals that the viewer has been shown."""
    rows = await store.find_documents(context.pool, ids)
    return [[Document.of(row) for row in rows if row["appeal_id"] == each] for each in ids]


async def outcome(context: Context, ids: Sequence[UUID]) -> list[list[Row]]:
    """Of appeals that the viewer has been shown."""
    rows = await store.find_outcomes(context.pool, ids)
    return [[row for row in rows if row["appeal_id"] == each] for each in ids]


LOADERS: Mapping[str, Loader] = {"Appeal": appeals, "Appeal.documents": documents, "Appeal.outcome": outcome}
