"""Account handles (抖音号, 快手号): when two spellings are the same account."""

import unicodedata


def handle_key(handle: str) -> str:
    """The handle as accounts are found by: NFKC, case folded, without white space and without a leading `@`."""
    folded = unicodedata.normalize("NFKC", handle).casefold()
    return "".join(folded.split()).removeprefix("@")
