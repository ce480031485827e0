"""Identifiers: UUID version 7, made by the application, so that newer rows sort after older ones."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUIDv7 as RFC 9562 §5.7 lays it out: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (random >> 68) << 64
    return UUID(int=value | 0b10 << 62 | random & ((1 << 62) - 1))
