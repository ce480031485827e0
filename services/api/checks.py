"""Checks of what is typed, wherever it comes in."""

import re

from services.api.errors import InvalidInputError

_SHA256 = re.compile(r"[0-9a-f]{64}")


def check_sha256(field: str, text: str) -> None:
    """Raises InvalidInputError for what is no digest as we write it."""
    if not _SHA256.fullmatch(text):
        raise InvalidInputError("SHA256_INVALID", field=field)
