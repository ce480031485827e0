"""Many roster imports at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.rosters import store
from services.api.rosters.types import RosterImport


async def imports(context: Context, ids: Sequence[UUID]) -> list[RosterImport | None]:
    return await store.find_imports(context, ids)


LOADERS: Mapping[str, Loader] = {"RosterImport": imports}
