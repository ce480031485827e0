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


LOADERS: Mapping[str, Loader] = {"Rules": rules, "Round.rules": rules_of_round}
