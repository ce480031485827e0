"""Rosters and given lists hold ID numbers in clear: their bytes go as soon as the people are in, or after a week."""

from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.uploads import store


async def forget_file(scorer: Scorer, upload_id: UUID) -> None:
    """Deletes an upload's bytes. The file goes first: broken off in between, the sweeper does it again."""
    scorer.files.delete(f"uploads/{upload_id}")
    await store.bytes_gone(scorer.pool, upload_id)


async def forget_files(scorer: Scorer) -> None:
    """Deletes what is due."""
    for upload_id in await store.files_to_forget(scorer.pool):
        await forget_file(scorer, upload_id)
