"""Many comparisons at once, and pages of their rows."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.api.comparisons import store
from services.api.comparisons.filter import Only
from services.api.comparisons.types import Comparison, ComparisonRow
from services.api.context import Context, Loader
from services.api.nodes import Connection, Page


class Wanted(NamedTuple):
    """A page of rows."""

    comparison_id: UUID
    only: Only
    first: int
    after: str | None
    counted: bool  # how many fit as well


async def comparisons(context: Context, ids: Sequence[UUID]) -> list[Comparison | None]:
    return await store.find_comparisons(context.pool, context.rows("Comparison"), ids)


async def rows(
    context: Context, keys: Sequence[tuple[UUID, Only, int, str | None, bool]]
) -> list[Connection[ComparisonRow]]:
    """A statement for each page: hardly anybody asks for rows of several comparisons at once."""
    return [await _page(context, Wanted(*key)) for key in keys]


async def _page(context: Context, wanted: Wanted) -> Connection[ComparisonRow]:
    page = Page.of(f"comparison {wanted.comparison_id} {wanted.only}", wanted.first, wanted.after)
    found, fitting = await store.list_rows(context.pool, wanted.comparison_id, wanted.only, page, count=wanted.counted)
    return page.connect(found, fitting)


LOADERS: Mapping[str, Loader] = {"Comparison": comparisons, "Comparison.rows": rows}
