"""A lock on a data folder that holds for as long as anything that works on it lives.

The servers inherit the lock's file descriptor. When their parent is killed the lock therefore stays taken until the
last of them is gone, and nobody can start a second PostgreSQL on the same data meanwhile.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

SECONDS_TO_DIE = 15  # for the servers of a parent that was killed


class FolderInUseError(Exception):
    """Somebody else works on the folder, or it belongs to another user; the message says so in both languages."""


def take_lock(folder: Path) -> IO[str]:
    """The open lock file; closing it everywhere gives the folder free. Waits for what a dead program left to end."""
    try:
        lock = (folder / "lock").open("a+")
    except PermissionError as error:
        owner = folder.stat().st_uid
        raise FolderInUseError(
            f"文件夹 {folder} 属于另一个用户(uid {owner})。 / It belongs to another user (uid {owner})."
        ) from error
    deadline = time.monotonic() + SECONDS_TO_DIE
    while not _locked(lock):
        if _holder_lives(lock) or time.monotonic() > deadline:
            lock.close()
            raise FolderInUseError(
                f"另一个 livecup 正在使用 {folder}，请先停止它。 / Another livecup uses it; stop that first."
            )
        time.sleep(0.05)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder_lives(lock: IO[str]) -> bool:
    """Whether the program that took the lock is alive; if not, only its servers still hold it, and they are ending."""
    lock.seek(0)
    noted = lock.read().strip()
    if not noted.isdecimal():
        return True
    try:
        os.kill(int(noted), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
