"""Identifiers: UUID version 7, made by the application, so that newer rows sort after older ones."""

import os
import time
from uuid import UUID

_last_tick = 0


def new_id() -> UUID:
    """A UUIDv7 as RFC 9562 §5.7 lays it out: 48 bits of Unix milliseconds and 12 of their fraction (§6.2, method 3),
    then 62 random bits. Those of one process sort in the order they were made, also when the clock is set back.
    """
    global _last_tick  # noqa: PLW0603 (the order of ids is this process's one state)
    _last_tick = tick = max(time.time_ns() * 4096 // 1_000_000, _last_tick + 1)
    milliseconds, fraction = divmod(tick, 4096)
    random = int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random)
