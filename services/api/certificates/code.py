"""The code that stands on a certificate: 12 characters that cannot be taken for each other, in threes of four."""

import secrets

# Crockford's base 32: neither I, L, O nor U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_LENGTH = 12


def new_code() -> str:
    """60 random bits, such as `7K3M-QX9T-04BD`."""
    return _grouped("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)))


def read_code(text: str) -> str | None:
    """What somebody typed off a certificate, as it was issued; None for what cannot be a code."""
    letters = "".join(letter for letter in text[:100].upper() if letter.isalnum()).translate(_ALIKE)
    return _grouped(letters) if len(letters) == _LENGTH and set(letters) <= set(_LETTERS) else None


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))
