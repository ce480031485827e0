"""Codes that change every half minute (RFC 6238), and recovery codes for whoever has lost what shows them."""

import hashlib
import os
import unicodedata
from base64 import b32decode, b32encode
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from services.shared.passwords import new_password

DIGITS, STEP_SECONDS = 6, 30
STEPS_OFF = 1  # how many steps somebody's clock may be early or late
RECOVERY_CODES = 8
ISSUER = "Livecup"
_SECRET_BYTES = 20  # as RFC 4226 recommends


def new_secret() -> str:
    """A secret in the form that people can type: base32, 32 characters."""
    return b32encode(os.urandom(_SECRET_BYTES)).decode()


def otpauth_uri(secret: str, login: str) -> str:
    """What an authenticator reads from a QR code."""
    return _totp(secret).get_provisioning_uri(login, ISSUER)


def matching_steps(secret: str, code: str, at: float) -> list[int]:
    """The time steps around a moment (seconds since 1970) whose code it is; more than one only by chance."""
    now, totp, given = int(at // STEP_SECONDS), _totp(secret), _compact(code).encode()
    return [step for step in range(now - STEPS_OFF, now + STEPS_OFF + 1) if _verifies(totp, given, step)]


def _verifies(totp: TOTP, code: bytes, step: int) -> bool:
    try:
        totp.verify(code, step * STEP_SECONDS)
    except InvalidToken:
        return False
    return True


def new_recovery_codes() -> list[str]:
    """Each as hard to guess as a random password of 79 bits, so that a plain hash keeps it."""
    return [new_password() for _ in range(RECOVERY_CODES)]


def recovery_hash(user_id: UUID, code: str) -> bytes:
    """Under which a recovery code is stored; hyphens, spaces and case make no difference."""
    return hashlib.sha256(user_id.bytes + _compact(code).encode()).digest()


def _compact(code: str) -> str:
    return unicodedata.normalize("NFKC", code[:100]).casefold().replace("-", "").replace(" ", "")


def _totp(secret: str) -> TOTP:
    # Authenticators know SHA-1 alone; its collisions do not matter in an HMAC.
    return TOTP(b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
