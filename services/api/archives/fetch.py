"""An archive on its way to whoever asked for its address: opened piece by piece, as it lies sealed."""

from collections.abc import AsyncIterator
from uuid import UUID

from services.api.archives import store
from services.api.context import Resources
from services.api.downloads.file import Download, Stream
from services.api.errors import NotFoundError
from services.shared.archives.place import place_of
from services.shared.storage.seal import Opening


async def render_archive(resources: Resources, download: Download) -> Stream:
    """Raises NotFoundError once it is deleted."""
    row = await store.find_content(resources.pool, download.subject_id)
    if row is None or await resources.files.size(place_of(row["id"], row["sha256"])) is None:
        raise NotFoundError("DOWNLOAD_NOT_FOUND")
    key = resources.vault.open_bytes(row["key_sealed"], row["id"])
    pieces = _opened(resources, key, row["id"], place_of(row["id"], row["sha256"]))
    return Stream(pieces, f"{row['slug']}-{row['created_at']:%Y%m%d}.zip", "application/zip", row["size"])


async def _opened(resources: Resources, key: bytes, archive_id: UUID, place: str) -> AsyncIterator[bytes]:
    """What was changed where it is kept breaks the transfer off before its end, and the SHA-256 tells as well."""
    opening = Opening(key, archive_id)
    async for piece in resources.files.read(place):
        yield opening.update(piece)
    opening.end()
