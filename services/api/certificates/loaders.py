"""Many certificates at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.certificates import store
from services.api.certificates.types import Certificate
from services.api.context import Context, Loader


async def certificates(context: Context, ids: Sequence[UUID]) -> list[Certificate | None]:
    return await store.find_certificates(context.pool, context.rows("Certificate"), ids)


LOADERS: Mapping[str, Loader] = {"Certificate": certificates}
