"""Signs what is published (Ed25519), and checks it without us.

The public key and a signature are 32 and 64 bytes, shown as lower-case hexadecimal; the signature is over a snapshot's
canonical bytes. Any program that knows Ed25519 (RFC 8032) can check it.
"""

from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class SigningKey(NamedTuple):
    """A key that signs, with the id of its row."""

    id: UUID
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        return self.private.sign(content)


def is_signed(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether whoever holds the private half of the key has signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
