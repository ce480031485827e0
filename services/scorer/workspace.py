"""A folder for clear bytes while somebody works on them; the next worker removes what a killed one left.

Every process has a folder of its own in it and holds a lock on that for as long as it lives.
"""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from services.shared.identity import new_id


class Workspace:
    """`async with workspace.place() as path: …` gives a path at which nothing lies yet."""

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        with _alone(parent):
            for folder in parent.iterdir():
                _remove_if_dead(folder)
            self._folder = Path(tempfile.mkdtemp(dir=parent))
            self._lock = os.open(self._folder, os.O_RDONLY)
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Path]:
        """A file or a folder may be made there; it is gone afterwards."""
        path = self._folder / new_id().hex
        try:
            yield path
        finally:
            if path.is_dir():
                await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Removes everything."""
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """Whoever starts meanwhile waits: between its making and its lock a folder looks like a dead one's."""
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_if_dead(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
