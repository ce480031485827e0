"""What a sign-in takes along to the provider and back: sealed, in a cookie of ten minutes."""

import base64
import binascii
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Self
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag

from services.shared.personal_data import UnknownKeyError, Vault

SECONDS = 600
LINK_SECONDS = 300

# What sealed texts belong to, instead of a row: one of another purpose does not open.
_JOURNEY = UUID("6f1d5b0e-0c1c-4b53-9d5f-3a9d4d3c7b01")
_LINK = UUID("6f1d5b0e-0c1c-4b53-9d5f-3a9d4d3c7b02")


@dataclass(frozen=True, slots=True)
class Journey:
    """`link_to` is the user to whom the identity is to be joined, `invitation_id` what is to be accepted with it."""

    state: str
    nonce: str
    verifier: str
    until: int
    link_to: str | None = None
    invitation_id: str | None = None

    @classmethod
    def begin(cls, *, link_to: UUID | None = None, invitation_id: UUID | None = None) -> Self:
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        until = int(time.time()) + SECONDS
        link = str(link_to) if link_to else None
        return cls(state, nonce, verifier, until, link, str(invitation_id) if invitation_id else None)

    def seal(self, vault: Vault) -> str:
        return _seal(vault, orjson.dumps(asdict(self)), _JOURNEY)

    @classmethod
    def open(cls, vault: Vault, text: str | None) -> Self | None:
        """None for what we have not sealed, or too long ago."""
        found = _open(vault, text, _JOURNEY)
        journey = cls(**orjson.loads(found)) if found is not None else None
        return journey if journey is not None and journey.until > time.time() else None


def link_ticket(vault: Vault, user_id: UUID) -> str:
    """Lets a user begin to join an identity to their account, for five minutes: only they can have asked for it."""
    return _seal(vault, orjson.dumps([str(user_id), int(time.time()) + LINK_SECONDS]), _LINK)


def read_ticket(vault: Vault, text: str | None) -> UUID | None:
    found = _open(vault, text, _LINK)
    if found is None:
        return None
    user_id, until = orjson.loads(found)
    return UUID(user_id) if until > time.time() else None


def _seal(vault: Vault, value: bytes, purpose: UUID) -> str:
    return base64.urlsafe_b64encode(vault.seal_bytes(value, purpose)).decode().rstrip("=")


def _open(vault: Vault, text: str | None, purpose: UUID) -> bytes | None:
    if not text:
        return None
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return vault.open_bytes(sealed, purpose)
    except (ValueError, IndexError, binascii.Error, InvalidTag, UnknownKeyError):
        return None
