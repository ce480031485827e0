"""Passwords of people who sign in: hashed with argon2id at the library's defaults (RFC 9106, low-memory profile)."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()

# Verified in place of the hash of a login that does not exist, so that both refusals take as long.
DECOY_HASH = _hasher.hash(secrets.token_urlsafe())


def hash_password(password: str) -> str:
    """Takes some tens of milliseconds of CPU: call it in a thread."""
    return _hasher.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    """Takes as long as hashing: call it in a thread."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def new_password() -> str:
    """A random password that can be read out: 16 letters and digits in groups of four, 77 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
