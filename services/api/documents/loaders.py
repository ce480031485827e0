"""Many documents, and the evidence of many contestants."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.documents import store
from services.api.documents.types import Document, Evidence


async def documents(context: Context, ids: Sequence[UUID]) -> list[Document | None]:
    return await store.find_documents(context.pool, context.rows("Document"), context.viewer.user_id, ids)


async def evidence_of_contestants(context: Context, ids: Sequence[UUID]) -> list[list[Evidence]]:
    return await store.find_evidence(context.pool, ids)


LOADERS: Mapping[str, Loader] = {"Document": documents, "Contestant.evidence": evidence_of_contestants}
