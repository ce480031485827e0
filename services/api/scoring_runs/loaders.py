"""Many runs at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.scoring_runs import store
from services.api.scoring_runs.types import ScoringRun


async def runs(context: Context, ids: Sequence[UUID]) -> list[ScoringRun | None]:
    return await store.find_runs(context.pool, context.rows("ScoringRun"), ids)


LOADERS: Mapping[str, Loader] = {"ScoringRun": runs}
