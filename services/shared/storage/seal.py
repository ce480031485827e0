"""Bytes are sealed on their way to where they are kept, each file under a key of its own.

A sealed file is nonce, ciphertext and tag of AES-256-GCM with the row's id as associated data. Its key is kept in the
row, sealed by the vault: when the vault's key is rotated the files stay as they are, and without the row's key the
bytes are worthless.
"""

import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import AEADDecryptionContext, Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import GCM

NONCE_BYTES, TAG_BYTES = 12, 16
_PIECE_BYTES = 2**18  # held in memory while a file is unsealed


def new_key() -> bytes:
    """A key for one file."""
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


class Opening:
    """Opens piece by piece, on the way to somebody: nothing of it may be believed before `end` has returned."""

    def __init__(self, key: bytes, row: UUID) -> None:
        self._key, self._row = key, row
        self._decryptor: AEADDecryptionContext | None = None
        self._held = b""  # the beginning of the nonce, later what may turn out to be the tag

    def update(self, piece: bytes) -> bytes:
        self._held += piece
        if self._decryptor is None:
            if len(self._held) < NONCE_BYTES:
                return b""
            nonce, self._held = self._held[:NONCE_BYTES], self._held[NONCE_BYTES:]
            self._decryptor = Cipher(AES256(self._key), GCM(nonce)).decryptor()
            self._decryptor.authenticate_additional_data(self._row.bytes)
        ready, self._held = self._held[:-TAG_BYTES], self._held[-TAG_BYTES:]
        return self._decryptor.update(ready)

    def end(self) -> None:
        """Raises cryptography.exceptions.InvalidTag for others than were sealed for that row, or not all of them."""
        if self._decryptor is None or len(self._held) < TAG_BYTES:
            raise InvalidTag
        self._decryptor.finalize_with_tag(self._held)


def unseal_file(sealed: Path, into: Path, key: bytes, row: UUID) -> None:
    """Writes the clear bytes of a sealed file to another, or in its place; they may be believed only once this has
    returned. Raises cryptography.exceptions.InvalidTag for others than were sealed for that row, or not all of them.
    """
    with sealed.open("rb") as source, into.open("r+b" if sealed == into else "wb") as target:
        left = sealed.stat().st_size - NONCE_BYTES - TAG_BYTES
        if left < 0:
            raise InvalidTag
        decryptor = Cipher(AES256(key), GCM(source.read(NONCE_BYTES))).decryptor()
        decryptor.authenticate_additional_data(row.bytes)
        piece, clear = memoryview(bytearray(_PIECE_BYTES)), memoryview(bytearray(_PIECE_BYTES + 15))
        while count := source.readinto(piece[:left]):
            target.write(clear[: decryptor.update_into(piece[:count], clear)])
            left -= count
        decryptor.finalize_with_tag(source.read())
        target.truncate()


def unseal(sealed: bytes, key: bytes, row: UUID) -> bytes:
    """The clear bytes; raises cryptography.exceptions.InvalidTag for others than were sealed for that row."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row.bytes)


def document_key(row: UUID) -> str:
    """Where a document's bytes are in the file store."""
    return f"documents/{row}"
