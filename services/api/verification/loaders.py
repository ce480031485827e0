"""Many draws, people and counts of verification at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.verification import store
from services.api.verification.types import DrawnContestant, VerificationCheck, VerificationCounts, VerificationDraw
from services.shared.file_vocabulary import VerificationState


async def draws(context: Context, ids: Sequence[UUID]) -> list[VerificationDraw | None]:
    return await store.find_draws(context.pool, ids)


async def draws_of_rounds(context: Context, ids: Sequence[UUID]) -> list[list[VerificationDraw]]:
    return await store.list_draws(context.pool, ids)


async def drawn(context: Context, ids: Sequence[UUID]) -> list[list[DrawnContestant]]:
    return await store.list_drawn(context.pool, context.rows("Contestant"), ids)


async def rolls(context: Context, ids: Sequence[UUID]) -> list[str]:
    """The field itself says who may see them."""
    vault = context.resources.vault
    rows = await store.find_draw_rows(context.pool, ids)
    found = {row["id"]: (await store.roll_of(context.pool, vault, row))[0].text() for row in rows}
    return [found[key] for key in ids]


async def counts(context: Context, keys: Sequence[tuple[UUID, UUID | None]]) -> list[VerificationCounts | None]:
    """None for whoever sees no results."""
    scope = context.rows("Verification")
    if scope.is_empty:
        return [None] * len(keys)
    return [*await store.count(context.pool, scope, keys)]


async def states(context: Context, keys: Sequence[store.Pair]) -> list[VerificationState | None]:
    return await store.states_of_standings(context.pool, keys)


async def checks(context: Context, keys: Sequence[store.Pair]) -> list[list[VerificationCheck]]:
    return await store.list_checks(context.pool, keys)


LOADERS: Mapping[str, Loader] = {
    "VerificationDraw": draws,
    "VerificationDraw.drawn": drawn,
    "VerificationDraw.roll": rolls,
    "Round.draws": draws_of_rounds,
    "Verification.counts": counts,
    "Verification.checks": checks,
    "Standing.verification": states,
}
