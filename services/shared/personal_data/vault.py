"""Personal values sealed, opened, and found again without being opened.

Sealed with AES-256-GCM under a key that never lies in the database; the row's id is associated data, so a value
copied to another row does not open. Equality ("one person once") goes through a keyed blind index, HMAC-SHA-256.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import NamedTuple, Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.shared.personal_data.keys import FIRST, Key, known_keys
from services.shared.settings import Settings

_NONCE_BYTES = 12


class UnknownKeyError(Exception):
    """A value is sealed under a key that this installation does not have (any more)."""

    def __init__(self, key_id: int) -> None:
        super().__init__(f"a value is sealed under secret key {key_id}, which is not among the known keys")
        self.key_id = key_id


class _Derived(NamedTuple):
    cipher: AESGCM
    index_key: bytes

    @classmethod
    def of(cls, key: Key) -> Self:
        return cls(AESGCM(_derive(key.secret, b"seal")), _derive(key.secret, b"index"))


class Vault:
    """Seals under the present key, opens under every known one; each is derived (HKDF) from a 32-byte secret."""

    def __init__(self, keys: Sequence[Key]) -> None:
        """The present key first."""
        self.key_ids = tuple(key.id for key in keys)
        self._derived = {key.id: _Derived.of(key) for key in keys}

    @property
    def present(self) -> int:
        """The id of the key that seals."""
        return self.key_ids[0]

    def seal(self, text: str, row: UUID) -> bytes:
        """Key id, nonce and ciphertext; opens only together with the same row id."""
        return self.seal_bytes(text.encode(), row)

    def seal_bytes(self, value: bytes, row: UUID) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return bytes([self.present]) + nonce + self._derived[self.present].cipher.encrypt(nonce, value, row.bytes)

    def open(self, sealed: bytes, row: UUID) -> str:
        """Raises UnknownKeyError, or cryptography.exceptions.InvalidTag when the value was changed or moved."""
        return self.open_bytes(sealed, row).decode()

    def open_bytes(self, sealed: bytes, row: UUID) -> bytes:
        derived = self._derived.get(sealed[0])
        if derived is None:
            raise UnknownKeyError(sealed[0])
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return derived.cipher.decrypt(nonce, ciphertext, row.bytes)

    def index(self, text: str) -> bytes:
        """Equal for equal values, worthless without the key: the present one. To look up, use `indexes`."""
        return self._index(text, self.present)

    def indexes(self, text: str) -> list[bytes]:
        """The indexes of a value under every known key, the present one's first: it may stand under any of them."""
        return [self._index(text, key_id) for key_id in self.key_ids]

    def _index(self, text: str, key_id: int) -> bytes:
        digest = hmac.digest(self._derived[key_id].index_key, text.encode(), hashlib.sha256)
        # Key 1's are bare, as they were when there was no other; later ones say whose they are.
        return digest if key_id == FIRST else bytes([key_id]) + digest


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"livecup " + purpose).derive(secret)


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation. Raises KeySettingError."""
    return Vault(known_keys(settings))
