"""Files by key, through obstore: below a folder that both services see, or in a bucket."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError as StorageError
from obstore.store import LocalStore, S3Store

from services.shared.settings import Settings

__all__ = ["FileStore", "StorageError", "open_files"]

_PART_BYTES = 5 * 2**20  # the least that S3 takes as a part
_PARTS_AT_ONCE = 4
_READ_BYTES = _SMALL_BYTES = 2**20


class FileStore:
    """A file appears whole or not at all. A missing one is a FileNotFoundError, a key that leads outside a ValueError,
    whatever else the store cannot do a StorageError or an OSError."""

    def __init__(self, store: LocalStore | S3Store, folder: Path | None = None) -> None:
        """`folder` is where a local store keeps its files."""
        self._store = store
        self._folder = folder

    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Streams bytes to a key. Whatever is raised, by the chunks too, leaves the key as it was."""
        first = bytearray()
        async for chunk in chunks:
            first += chunk
            if len(first) > _SMALL_BYTES:
                both, parts = _then(bytes(first), chunks), _PARTS_AT_ONCE
                await obstore.put_async(self._store, key, both, chunk_size=_PART_BYTES, max_concurrency=parts)
                break
        else:  # in parts, a small file would cost three times as much
            await obstore.put_async(self._store, key, bytes(first), use_multipart=False)
        await self._outlast_a_power_cut(key)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of a key, piece by piece."""
        found = await obstore.get_async(self._store, key)
        if found.meta["size"] <= _SMALL_BYTES:
            yield bytes(await found.bytes_async())
            return
        async for piece in found.stream(min_chunk_size=_READ_BYTES):
            yield bytes(piece)

    async def read_whole(self, key: str) -> bytes:
        """For what is small enough to lie in memory."""
        return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

    def path_of(self, key: str) -> Path | None:
        """Where a file lies on this machine; None in a bucket."""
        return self._folder and self._folder / key

    async def fetch(self, key: str, into: Path) -> None:
        """Writes the bytes of a key to a file, as they lie there."""
        with into.open("wb") as file:
            async for piece in self.read(key):
                await asyncio.to_thread(file.write, piece)

    async def size(self, key: str) -> int | None:
        """In bytes; None where there is no such file."""
        try:
            return (await obstore.head_async(self._store, key))["size"]
        except FileNotFoundError:
            return None

    async def move(self, source: str, target: str) -> None:
        """Gives a file another key, in place of what lies there."""
        await obstore.rename_async(self._store, source, target)
        await self._outlast_a_power_cut(target)

    async def delete(self, *keys: str) -> None:
        """Removes files if they are there."""
        for key in keys:
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                continue

    async def older_than(self, prefix: str, moment: datetime) -> list[str]:
        """The keys below a prefix that were last written before a moment."""
        found: list[str] = []
        async for page in obstore.list(self._store, prefix):
            found += [one["path"] for one in page if one["last_modified"] < moment]
        return found

    async def delete_below(self, prefix: str) -> None:
        """Removes every file below a prefix."""
        async for page in obstore.list(self._store, prefix):
            await self.delete(*(one["path"] for one in page))

    async def forget_broken_off(self, moment: datetime) -> None:
        """Removes what a kill left half written in a folder before a moment; of a bucket its own rules take care."""
        if self._folder is not None:
            await asyncio.to_thread(_forget_broken_off, self._folder, moment.timestamp())

    async def put_address(self, key: str, seconds: float) -> str | None:
        """Where whoever has the address may PUT a file for a while; None where that goes through the API alone."""
        if isinstance(self._store, LocalStore):
            return None
        return await obstore.sign_async(self._store, "PUT", key, timedelta(seconds=seconds))

    async def _outlast_a_power_cut(self, key: str) -> None:
        """A bucket has the bytes when it says so; a folder once they are flushed."""
        if self._folder is not None:
            await asyncio.to_thread(_flush, self._folder / key)


async def _then(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


def open_files(settings: Settings) -> FileStore:
    """The store that the settings name."""
    if settings.storage_url:
        return FileStore(_open_bucket(settings))
    return FileStore(LocalStore(settings.files, mkdir=True), settings.files)


def _open_bucket(settings: Settings) -> S3Store:
    place, endpoint = urlsplit(settings.storage_url), urlsplit(settings.storage_endpoint)
    bucket = place.hostname or ""
    return S3Store(
        bucket,
        prefix=place.path.strip("/") or None,
        endpoint=settings.storage_endpoint or None,
        region=settings.storage_region or None,
        access_key_id=settings.storage_access_key or None,
        secret_access_key=settings.storage_secret_key.get_secret_value() or None,
        # An endpoint that begins with the bucket's name is already the bucket's own, as some providers want it.
        virtual_hosted_style_request=(endpoint.hostname or "").startswith(f"{bucket}."),
        client_options={"allow_http": endpoint.scheme == "http"},
    )


def _forget_broken_off(folder: Path, moment: float) -> None:
    for path in folder.rglob("*#*"):  # obstore's name for what is being written
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < moment:
                path.unlink()


def _flush(path: Path) -> None:
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
