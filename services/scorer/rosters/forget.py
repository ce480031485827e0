"""Uploaded rosters hold ID numbers in clear: their bytes go as soon as the people are in, or after a week."""

from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.rosters import store


async def forget_roster(scorer: Scorer, upload_id: UUID) -> None:
    """Deletes a roster's bytes. The file goes first: broken off in between, the sweeper does it again."""
    scorer.files.delete(f"uploads/{upload_id}")
    await store.bytes_gone(scorer.pool, upload_id)


async def forget_rosters(scorer: Scorer) -> None:
    """Deletes what is due."""
    for upload_id in await store.rosters_to_forget(scorer.pool):
        await forget_roster(scorer, upload_id)
