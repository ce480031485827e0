"""Typed text is checked in one way, wherever it comes in."""

import pytest

from services.api.checks import LONGEST_REASON, check_reason
from services.api.errors import InvalidInputError


def test_a_reason_says_something_and_comes_to_an_end() -> None:
    check_reason("因" * LONGEST_REASON)
    for text, code in (
        (" ", "TEXT_EMPTY"),
        ("因" * (LONGEST_REASON + 1), "TEXT_TOO_LONG"),
        ("a\nb", "TEXT_CONTROL_CHARACTER"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            check_reason(text, "choices.3.reason")
        assert (refused.value.code, refused.value.field) == (code, "choices.3.reason")
