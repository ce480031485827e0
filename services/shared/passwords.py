"""Passwords of people who sign in: hashed with argon2id at the library's defaults (RFC 9106, low-memory profile)."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Takes some tens of milliseconds of CPU: call it in a thread."""
    return _hasher.hash(password)


@cache
def _decoy_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe())


def password_matches(password_hash: str | None, password: str) -> bool:
    """Takes as long as hashing: call it in a thread. Without a hash (no such login) it takes as long and is False."""
    try:
        return _hasher.verify(password_hash or _decoy_hash(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_password() -> str:
    """A random password that can be read out: 16 letters and digits in groups of four, 79 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
