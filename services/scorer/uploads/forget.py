"""Bytes that are needed no longer go: rosters and given lists, which hold ID numbers, as soon as the people are in or
after a week; the exports of a contest that keeps no originals once nothing of theirs waits."""

from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.uploads import store
from services.shared.storage.originals import Original
from services.shared.storage.store import find_original


async def forget_file(scorer: Scorer, upload_id: UUID) -> None:
    """Deletes an upload's bytes. The file goes first: broken off in between, the sweeper does it again."""
    original = await find_original(scorer.pool, upload_id)
    if original is not None:
        await _forget(scorer, original)


async def forget_files(scorer: Scorer) -> None:
    """Deletes what is due."""
    for original in await store.files_to_forget(scorer.pool):
        await _forget(scorer, original)


async def _forget(scorer: Scorer, original: Original) -> None:
    await scorer.files.delete(original.place, original.arrival)
    await store.bytes_gone(scorer.pool, original.id)
