"""The secret keys of an installation, written `2:hex,1:hex` with the present one first; bare hex is key 1.

They stand in LIVECUP_SECRET_KEY or, without it, in the file `secret_key` of the home folder, never in the database.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.shared.settings import Settings

FIRST, LAST = 1, 255  # a key's id is the first byte of what it seals
_SECRET_BYTES = 32


class KeySettingError(ValueError):
    """The keys cannot be used as they are written; nothing of a key is in the message."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes under its id, 1 to 255."""

    id: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not FIRST <= self.id <= LAST:
            raise KeySettingError(f"a secret key's id is a number from {FIRST} to {LAST}")
        if len(self.secret) != _SECRET_BYTES:
            raise KeySettingError(f"secret key {self.id} must be 64 hex digits (32 bytes)")


def read_keys(text: str) -> tuple[Key, ...]:
    """The keys of a setting, the present one first. Raises KeySettingError."""
    keys = tuple(_read_key(part.strip()) for part in text.strip().split(","))
    if len({key.id for key in keys}) != len(keys):
        raise KeySettingError("two secret keys have the same id")
    return keys


def _read_key(text: str) -> Key:
    id_text, _, secret = text.rpartition(":")
    if id_text and not (id_text.isascii() and id_text.isdecimal()):
        raise KeySettingError("a secret key is written as its id, a colon and 64 hex digits")
    try:
        return Key(int(id_text or FIRST), bytes.fromhex(secret))
    except ValueError as error:
        if isinstance(error, KeySettingError):
            raise
        raise KeySettingError("a secret key must be 64 hex digits (32 bytes)") from None


def write_keys(keys: Sequence[Key]) -> str:
    """The text that `read_keys` reads; a single key 1 stays bare."""
    if [key.id for key in keys] == [FIRST]:
        return keys[0].secret.hex()
    return ",".join(f"{key.id}:{key.secret.hex()}" for key in keys)


def with_new_key(keys: Sequence[Key]) -> tuple[Key, ...]:
    """The keys with a fresh one as the present. Raises KeySettingError when no id is left."""
    return (Key(max(key.id for key in keys) + 1, os.urandom(_SECRET_BYTES)), *keys)


def known_keys(settings: Settings) -> tuple[Key, ...]:
    """The keys of this installation; without LIVECUP_SECRET_KEY the first is made once and kept at mode 0600."""
    configured = settings.secret_key.get_secret_value()
    if configured:
        return read_keys(configured)
    path = key_file(settings)
    if not path.exists():
        _keep_first(path)
    return read_keys(path.read_text())


def key_file(settings: Settings) -> Path:
    """Where keys are kept that no setting gives."""
    return settings.home / "secret_key"


def keep_keys(path: Path, keys: Sequence[Key]) -> None:
    """Replaces the kept keys, whole or not at all."""
    _written(path, write_keys(keys)).replace(path)


def keep_dropped(path: Path, key: Key) -> None:
    """A dropped key stays beside the others until somebody deletes it: what was sealed with it can still be opened."""
    _written(path, write_keys([key])).replace(path.with_name(f"{path.name}.dropped-{key.id}"))


@contextmanager
def changing_keys(path: Path) -> Iterator[None]:
    """Whoever reads the keys to change them waits for whoever does so already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _keep_first(path: Path) -> None:
    partial = _written(path, os.urandom(_SECRET_BYTES).hex())
    try:
        os.link(partial, path)  # fails when another process was first: its key is the key
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _written(path: Path, text: str) -> Path:
    """A file beside the path with that text, safely on disk, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return partial
