"""Many runs at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.rankings.store import find_adopted_runs
from services.api.scoring_runs import store
from services.api.scoring_runs.types import Adoption, ScoringRun


async def runs(context: Context, ids: Sequence[UUID]) -> list[ScoringRun | None]:
    return await store.find_runs(context.pool, context.runs("ScoringRun"), ids)


async def adoptions_of_rounds(context: Context, ids: Sequence[UUID]) -> list[list[Adoption]]:
    """The field itself says who may see them."""
    return await store.list_adoptions(context.pool, context.runs("ScoringRun"), ids)


async def adopted_runs(context: Context, rounds: Sequence[UUID]) -> list[ScoringRun | None]:
    scope = context.runs("ScoringRun")
    adopted = await find_adopted_runs(context.pool, scope, rounds)
    runs = dict(zip(adopted, await store.find_runs(context.pool, scope, list(adopted.values())), strict=True))
    return [runs.get(key) for key in rounds]


LOADERS: Mapping[str, Loader] = {
    "ScoringRun": runs,
    "Round.adoptedRun": adopted_runs,
    "Round.adoptions": adoptions_of_rounds,
}
