"""Passwords of people who sign in: hashed with argon2id at the library's defaults (RFC 9106, low-memory profile).

A demo lets in some forty people whose passwords are random and 79 bits long: nobody guesses those, and hashing them as
slowly took an eighth of the whole demo. A hash says how it was made, so that checking one needs no setting.
"""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


def hash_password(password: str, *, quick: bool = False) -> str:
    """Takes some tens of milliseconds of CPU: call it in a thread. `quick` is for random passwords of demos alone."""
    return (_quick if quick else _hasher).hash(password)


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
