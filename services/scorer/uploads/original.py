"""The clear bytes of an upload, for as long as somebody reads them; what still lies in clear is sealed first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.uploads.refused import Refused
from services.shared.storage.originals import Original, OtherBytesError, open_original, seal_original
from services.shared.storage.store import find_original, give_key


@asynccontextmanager
async def opened(scorer: Scorer, upload_id: UUID) -> AsyncIterator[Path]:
    """A file with the clear bytes, gone afterwards. Raises Refused where they were deleted or are not the announced."""
    original = await find_original(scorer.pool, upload_id)
    async with scorer.work.place() as path:
        try:
            if original is None:
                raise FileNotFoundError(upload_id)
            await _open(scorer, original, path)
        except FileNotFoundError:
            raise Refused("ORIGINAL_DELETED") from None
        except OtherBytesError:
            raise Refused("UPLOAD_HASH_DIFFERS") from None
        yield path


async def _open(scorer: Scorer, original: Original, path: Path) -> None:
    try:
        await _open_sealed(scorer, original, path)
    except FileNotFoundError:
        with suppress(FileNotFoundError):  # or somebody else has sealed it just now
            await seal_arrival(scorer, original)
        await _open_sealed(scorer, await find_original(scorer.pool, original.id) or original, path)


async def _open_sealed(scorer: Scorer, original: Original, path: Path) -> None:
    if original.key_sealed is None:
        raise FileNotFoundError(original.place)
    key = scorer.vault.open_bytes(original.key_sealed, original.id)
    await open_original(scorer.files, original, key, path)


async def seal_arrival(scorer: Scorer, original: Original) -> None:
    """Seals what lies in clear; raises FileNotFoundError or OtherBytesError. Killed anywhere, it can be done again."""
    if await scorer.files.size(original.arrival) is None:
        raise FileNotFoundError(original.arrival)
    key = await give_key(scorer.pool, scorer.vault, original.id)
    fault(FaultPoint.INGEST_SEALING)
    await seal_original(scorer.files, original, key, scorer.files.read(original.arrival))
    fault(FaultPoint.INGEST_SEALED)
    await scorer.files.delete(original.arrival)
