"""Documents are sealed on their way to the disk, each under a key of its own; no clear byte is ever written.

A sealed document is nonce, ciphertext and tag of AES-256-GCM with the row's id as associated data. Its key is kept in
the row, sealed by the vault: when the vault's key is rotated the documents stay as they are, and without the row's key
the bytes are worthless.
"""

import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import GCM

NONCE_BYTES, TAG_BYTES = 12, 16
LONGER = NONCE_BYTES + TAG_BYTES  # than the clear bytes


def new_key() -> bytes:
    """A key for one document."""
    return os.urandom(32)


class Sealing:
    """Seals chunk by chunk: `head`, then what `update` answers, then `end`."""

    def __init__(self, key: bytes, row: UUID) -> None:
        self.head = os.urandom(NONCE_BYTES)
        self._encryptor = Cipher(AES256(key), GCM(self.head)).encryptor()
        self._encryptor.authenticate_additional_data(row.bytes)

    def update(self, chunk: bytes) -> bytes:
        return self._encryptor.update(chunk)

    def end(self) -> bytes:
        return self._encryptor.finalize() + self._encryptor.tag


def unseal(sealed: bytes, key: bytes, row: UUID) -> bytes:
    """The clear bytes; raises cryptography.exceptions.InvalidTag for others than were sealed for that row."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row.bytes)


def document_key(row: UUID) -> str:
    """Where a document's bytes are in the file store."""
    return f"documents/{row}"
