"""Many entries of the record at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.audit import store
from services.api.audit.types import AuditEntry
from services.api.context import Context, Loader


async def entries(context: Context, ids: Sequence[UUID]) -> list[AuditEntry | None]:
    return await store.find_entries(context.pool, context.runs("AuditEntry"), ids)


LOADERS: Mapping[str, Loader] = {"AuditEntry": entries}
