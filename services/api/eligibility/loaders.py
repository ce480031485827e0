"""Reviews of many contestants, and counts of many contests."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.eligibility import store
from services.api.eligibility.types import EligibilityCount, EligibilityReview


async def reviews_of_contestants(context: Context, ids: Sequence[UUID]) -> list[list[EligibilityReview]]:
    return await store.find_reviews(context.pool, ids)


async def counts_of_contests(context: Context, ids: Sequence[UUID]) -> list[list[EligibilityCount]]:
    return await store.find_counts(context.pool, context.rows("Contestant"), ids)


LOADERS: Mapping[str, Loader] = {
    "Contestant.reviews": reviews_of_contestants,
    "Contest.eligibilityCounts": counts_of_contests,
}
