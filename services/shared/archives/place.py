"""Where archives of contests are kept, sealed each under a key of its own that its row holds."""

from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def below(archive_id: UUID) -> str:
    """Everything of one archive: a worker that was given up may have left a file beside the one that counts."""
    return f"archives/{archive_id}"


def place_of(archive_id: UUID, sha256: str) -> str:
    """The file of the archive with that digest."""
    return f"{below(archive_id)}/{sha256}"


def passphrase_of(key: bytes) -> str:
    """What opens the originals in an archive: made from the key that its file is sealed with."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"livecup originals").derive(key).hex()
