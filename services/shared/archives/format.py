"""What says that an archive is whole: the sums of its files, signed; each in a form that other programs read."""

from collections.abc import Iterable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT = "livecup archive 1"
INDEX, SUMS, SIGNATURE, PUBLIC_KEY = "index.json", "SHA256SUMS", "SHA256SUMS.sig", "public-key.pem"


def sums(files: Iterable[tuple[str, str]]) -> bytes:
    """Lines of `sha256sum`: digest, two blanks, path."""
    return "".join(f"{digest}  {path}\n" for path, digest in files).encode()


def read_sums(text: bytes) -> dict[str, str]:
    """The digest of each path; raises ValueError."""
    pairs = [line.split("  ", 1) for line in text.decode().splitlines()]
    return {path: digest for digest, path in pairs}


def pem_of(public_key: bytes) -> bytes:
    """A public key of 32 bytes as a PEM file."""
    key = Ed25519PublicKey.from_public_bytes(public_key)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_pem(pem: bytes) -> bytes | None:
    """The way back; none for what is no Ed25519 key."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else None
