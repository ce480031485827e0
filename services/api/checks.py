"""Checks of what is typed, wherever it comes in."""

import re
from collections.abc import Iterable
from datetime import datetime

from services.api.errors import InvalidInputError

LONGEST_TEXT, LONGEST_REASON = 200, 1000
_LAYOUT = str.maketrans("\n\r\t", "   ")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def check_sha256(field: str, text: str) -> None:
    """Raises InvalidInputError for what is no digest as we write it."""
    if not _SHA256.fullmatch(text):
        raise InvalidInputError("SHA256_INVALID", field=field)


def check_window(field: str, opens_at: datetime | None, closes_at: datetime) -> None:
    if opens_at is not None and opens_at >= closes_at:
        raise InvalidInputError("TIMES_REVERSED", field=field)


def check_lines(field: str, text: str, longest: int) -> None:
    """A text of several lines, which may be broken and indented."""
    check_text(field, text.translate(_LAYOUT), longest)


def check_text(field: str, text: str, longest: int = LONGEST_TEXT) -> None:
    """A text that people read: something in it, no control characters, not endless."""
    if not text.strip():
        raise InvalidInputError("TEXT_EMPTY", field=field)
    if len(text) > longest:
        raise InvalidInputError("TEXT_TOO_LONG", field=field, most=longest)
    if any(ord(character) < 32 for character in text):
        raise InvalidInputError("TEXT_CONTROL_CHARACTER", field=field)


def check_reason(text: str, field: str = "reason") -> None:
    """Why somebody does what others will read of."""
    check_text(field, text, LONGEST_REASON)


def check_not_negative(field: str, number: int | None) -> None:
    if number is not None and number < 0:
        raise InvalidInputError("NUMBER_NEGATIVE", field=field)


def check_unique(field: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidInputError("NAME_TWICE", field=field, name=name)
        seen.add(name)
