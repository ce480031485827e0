"""What was left lying where files are kept: bytes in clear that nobody has read yet, and what was broken off."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

import asyncpg

from services.scorer.context import Scorer
from services.scorer.uploads import store
from services.scorer.uploads.original import seal_arrival
from services.shared.storage import StorageError
from services.shared.storage.originals import ARRIVALS, OtherBytesError
from services.shared.storage.store import find_original

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN = 3600.0
_DUE = timedelta(hours=1)  # whatever is younger is about to be read, or still on its way


async def keep_tidy(scorer: Scorer) -> None:
    """Tidies for as long as the worker lives; servers that are away are waited for."""
    while True:
        try:
            await tidy(scorer, datetime.now(UTC) - _DUE)
        except (OSError, StorageError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            logger.warning("not tidied: %s", type(error).__name__)
        await asyncio.sleep(_SECONDS_BETWEEN)


async def tidy(scorer: Scorer, before: datetime) -> None:
    """One round over what was written before a moment. Safe in any number of workers at once."""
    await scorer.files.forget_broken_off(before)
    await scorer.files.delete(*await scorer.files.older_than("arriving", before))
    places = {UUID(PurePosixPath(place).name): place for place in await scorer.files.older_than(ARRIVALS, before)}
    waiting = await store.arrivals(scorer.pool, places) if places else {}
    for upload_id, place in places.items():
        if upload_id not in waiting:
            await scorer.files.delete(place)
        elif waiting[upload_id]:
            await _seal(scorer, upload_id)


async def _seal(scorer: Scorer, upload_id: UUID) -> None:
    original = await find_original(scorer.pool, upload_id)
    if original is None:
        return
    if await scorer.files.size(original.place) is not None:
        await scorer.files.delete(original.arrival)
        return
    try:
        await seal_arrival(scorer, original)
    except FileNotFoundError:
        return  # another worker was first
    except OtherBytesError:
        logger.warning("upload %s: other bytes lie there than were announced", upload_id)
