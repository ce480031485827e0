"""Rules of many rounds at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.rules import store
from services.api.rules.types import Rules


async def rules(context: Context, ids: Sequence[UUID]) -> list[Rules | None]:
    return await store.find_rules(context.pool, ids)


async def rules_of_round(context: Context, ids: Sequence[UUID]) -> list[Rules | None]:
    return await store.find_rules_of_rounds(context.pool, ids)


async def versions_of_round(context: Context, ids: Sequence[UUID]) -> list[list[Rules] | None]:
    return await store.find_versions(context.pool, ids)


async def rules_before(context: Context, ids: Sequence[UUID]) -> list[Rules | None]:
    return await store.find_rules_before(context.pool, ids)


async def names(context: Context, contests: Sequence[UUID]) -> list[dict[str, str] | None]:
    return await store.find_names(context.pool, contests)


LOADERS: Mapping[str, Loader] = {
    "Rules": rules,
    "Rules.before": rules_before,
    "Rules.names": names,
    "Round.rules": rules_of_round,
    "Round.rulesVersions": versions_of_round,
}
