"""The uploaded files as they came: sealed where they are kept, each under a key of its own that its row holds.

They are sealed on their way in. What came past us, by a bucket's signed address or before originals were sealed, lies
in clear as an arrival until the first reading seals it; the arrival goes once the sealed file is there. Because the
key is in the row before a byte is sealed, that can be broken off anywhere and done again.
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.shared.storage.files import FileStore
from services.shared.storage.seal import Sealing, unseal_file

ARRIVALS = "uploads"
_READ_BYTES = 2**20


class OtherBytesError(Exception):
    """The bytes are not those that were announced; `more`: there are too many of them."""

    def __init__(self, *, more: bool = False) -> None:
        super().__init__()
        self.more = more


@dataclass(frozen=True, slots=True)
class Original:
    """What an upload's row says of its bytes."""

    id: UUID
    parent_id: UUID | None
    size: int
    sha256: str
    key_sealed: bytes | None = None

    @property
    def place(self) -> str:
        """Where the sealed bytes are; those of an archive's files together, so that they can be done away with."""
        return f"originals/{self.id}" if self.parent_id is None else f"{members_of(self.parent_id)}/{self.id}"

    @property
    def arrival(self) -> str:
        """Where clear bytes may lie that are not sealed yet."""
        return arrival_of(self.id)


def arrival_of(upload_id: UUID) -> str:
    return f"{ARRIVALS}/{upload_id}"


def members_of(archive_id: UUID) -> str:
    """Below which the files of an archive are kept."""
    return f"originals/members-of-{archive_id}"


async def seal_original(
    files: FileStore, original: Original, key: bytes, chunks: AsyncIterator[bytes], place: str | None = None
) -> None:
    """Keeps clear bytes sealed if they are the announced ones; raises OtherBytesError, and nothing has changed. Whoever
    gives another `place` moves them from there."""
    await files.write(place or original.place, _sealed(original, Sealing(key, original.id), chunks))


async def _sealed(original: Original, sealing: Sealing, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    digest, size = hashlib.sha256(), 0
    yield sealing.head
    async for chunk in chunks:
        size += len(chunk)
        if size > original.size:
            raise OtherBytesError(more=True)
        digest.update(chunk)
        yield sealing.update(chunk)
    if size != original.size or not hmac.compare_digest(digest.hexdigest(), original.sha256):
        raise OtherBytesError
    yield sealing.end()


async def open_original(files: FileStore, original: Original, key: bytes, into: Path) -> None:
    """Writes the clear bytes to a file, which is to be believed only once this has returned.

    Raises FileNotFoundError where nothing is kept, cryptography.exceptions.InvalidTag for what was changed.
    """
    sealed = files.path_of(original.place)
    if sealed is None:
        await files.fetch(original.place, into)
    await asyncio.to_thread(unseal_file, sealed or into, into, key, original.id)


async def pieces_of(path: Path) -> AsyncIterator[bytes]:
    """The bytes of a local file."""
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _READ_BYTES):
            yield piece
            if len(piece) < _READ_BYTES:  # a regular file's last one
                return
