"""Many products at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.products import store
from services.api.products.types import Product


async def products(context: Context, ids: Sequence[UUID]) -> list[Product | None]:
    return await store.find_products(context.pool, ids)


LOADERS: Mapping[str, Loader] = {"Product": products}
