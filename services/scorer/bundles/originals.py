"""Files as they came, on their way out: locked, because they hold names, phones and addresses of people who bought.

AES-256-CTR under a passphrase of their own, in the form of `openssl enc -aes-256-ctr -pbkdf2`, so that nothing of ours
is needed to open them. A file is called by the SHA-256 of its clear bytes, which shows that it was opened right.
"""

import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from services.scorer.bundles import store
from services.scorer.metrics.store import Extent
from services.scorer.rereading.store import list_files
from services.scorer.uploads.refused import Refused
from services.shared.database.pool import Connection

_MAGIC, _SALT_BYTES, _ROUNDS = b"Salted__", 8, 10_000  # openssl's own
_KEY_BYTES, _NONCE_BYTES = 32, 16
_PIECE = 1 << 20


class Locking(NamedTuple):
    """`opened` gives the clear bytes of an upload for a while, or raises Refused."""

    opened: Callable[[UUID], AbstractAsyncContextManager[Path]]
    passphrase: str

    def pieces(self, path: Path) -> Iterator[bytes]:
        """The file at `path`, locked."""
        salt = os.urandom(_SALT_BYTES)
        derived = hashlib.pbkdf2_hmac("sha256", self.passphrase.encode(), salt, _ROUNDS, _KEY_BYTES + _NONCE_BYTES)
        encryptor = Cipher(AES256(derived[:_KEY_BYTES]), CTR(derived[_KEY_BYTES:])).encryptor()
        yield _MAGIC + salt
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield encryptor.update(piece)
        yield encryptor.finalize()


async def originals(
    connection: Connection, extent: Extent, locking: Locking, known: set[str] | None = None
) -> AsyncIterator[tuple[str, Iterator[bytes]]]:
    """The SHA-256 of each file that is still there, and the file locked; but for those `known`, to which it is added,
    and for files that speak of somebody who was erased."""
    known, hidden = set() if known is None else known, await store.list_hidden_files(connection, extent)
    for file in await list_files(connection, extent):
        if file.sha256 in known or file.upload.id in hidden:
            continue
        try:
            async with locking.opened(file.upload.id) as path:
                known.add(file.sha256)
                yield file.sha256, locking.pieces(path)
        except Refused:
            continue
