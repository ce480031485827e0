"""The entry windows of many contests at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.entry_windows import store
from services.api.entry_windows.types import EntryWindow


async def windows_of_contest(context: Context, ids: Sequence[UUID]) -> list[list[EntryWindow]]:
    return await store.find_windows_of(context.pool, ids)


LOADERS: Mapping[str, Loader] = {"Contest.entryWindows": windows_of_contest}
