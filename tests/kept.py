"""Bytes put where the services keep them, and looked up there."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from services.shared.storage import FileStore


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    """Bytes as they come from a connection."""
    for part in parts:
        yield part


async def put(files: FileStore, key: str, content: bytes) -> None:
    await files.write(key, chunks(content))


async def get(files: FileStore, key: str) -> bytes | None:
    """None where there is no such file."""
    return await files.read_whole(key) if await files.size(key) is not None else None


async def keys(files: FileStore, prefix: str = "") -> set[str]:
    """What lies below a prefix."""
    return set(await files.older_than(prefix, datetime.max.replace(tzinfo=UTC)))
