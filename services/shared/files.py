"""The bytes of uploaded files, on a local folder that both services see."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from services.shared.identity import new_id


class FileTooLargeError(Exception):
    """More bytes came than were announced or are taken."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: size in bytes and SHA-256 as hex."""

    size: int
    sha256: str


class FileStore:
    """Files by key (`uploads/<id>`) under one folder. A file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """Where a key's bytes are; raises ValueError for a key that leaves the folder."""
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ValueError(f"not a key of this store: {key!r}")
        return path

    async def write(self, key: str, chunks: AsyncIterator[bytes], limit: int) -> Written:
        """Streams bytes to a key, at most `limit`; raises FileTooLargeError and leaves nothing behind."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{new_id().hex}")
        digest, size = hashlib.sha256(), 0
        try:
            with partial.open("xb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise FileTooLargeError
                    digest.update(chunk)
                    await asyncio.to_thread(file.write, chunk)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return Written(size, digest.hexdigest())

    def adopt(self, key: str, source: Path) -> None:
        """Takes over a complete file that lies on the same file system, such as a member of an archive."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)

    def delete(self, key: str) -> None:
        """Removes a key's bytes if they are there."""
        self.path(key).unlink(missing_ok=True)
