"""Many runs at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.scoring_runs import store
from services.api.scoring_runs.types import Adoption, ScoringRun


async def runs(context: Context, ids: Sequence[UUID]) -> list[ScoringRun | None]:
    return await store.find_runs(context.pool, context.rows("ScoringRun"), ids)


async def adoptions_of_rounds(context: Context, ids: Sequence[UUID]) -> list[list[Adoption]]:
    """The field itself says who may see them."""
    return await store.list_adoptions(context.pool, ids)


LOADERS: Mapping[str, Loader] = {"ScoringRun": runs, "Round.adoptions": adoptions_of_rounds}
