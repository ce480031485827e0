"""Codes that let one person in, once: long ones inside links, short ones that people type from paper.

Both are Crockford's base32, which has no I, L, O and U, so that a link's code may be typed as well. In the database
there is only a keyed hash: a copy of it does not help to guess even the short ones.
"""

import secrets
import unicodedata

from services.shared.personal_data import Vault

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINK_LENGTH = 32  # 160 bits
TYPED_LENGTH = 12  # 60 bits
PREFIX_LENGTH = 4  # guesses are counted by the beginning of the code

_LONGEST_TYPED = 400  # a whole link with its code
_MISREAD = str.maketrans("OIL", "011")


def new_link_code() -> str:
    return _random(LINK_LENGTH)


def new_typed_code() -> str:
    return _random(TYPED_LENGTH)


def in_groups(code: str) -> str:
    """`7K3M9QXW0DTR` → `7K3M-9QXW-0DTR`"""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(text: str) -> str | None:
    """The code that somebody typed, scanned or pasted with its link; None for what cannot be one.

    Case, spaces, hyphens and full-width characters do not matter; O is read as 0, I and L as 1.
    """
    folded = unicodedata.normalize("NFKC", text[:_LONGEST_TYPED].rpartition("#")[2]).upper().translate(_MISREAD)
    code = "".join(one for one in folded if not one.isspace() and unicodedata.category(one) != "Pd")
    return code if len(code) in (LINK_LENGTH, TYPED_LENGTH) and set(code) <= set(ALPHABET) else None


def code_hash(vault: Vault, code: str) -> bytes:
    """What is kept of a code."""
    return vault.index(f"invitation {code}")


def code_hashes(vault: Vault, code: str) -> list[bytes]:
    """What may be kept of it, while keys are being changed."""
    return vault.indexes(f"invitation {code}")


def link_to(site: str, code: str) -> str:
    """Behind `#`, which browsers send to nobody, so that no log holds the code."""
    return f"{site}/invitation#{in_groups(code) if len(code) == TYPED_LENGTH else code}"


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
