"""The chain that seals the record: pure, and described for other programs in docs/audit.md.

An entry's digest is SHA-256 over the digest before it and the entry's canonical JSON, which holds its position.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

import orjson

GENESIS = bytes(32)  # what stands before the first entry
COLUMNS = (
    "id",
    "at",
    "contest_id",
    "city_id",
    "contestant_id",
    "user_id",
    "login",
    "address",
    "action",
    "subject_type",
    "subject_id",
    "changes",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain goes: the position of its last entry, 0 for none, and the digest there."""

    position: int = 0
    digest: bytes = GENESIS

    def __str__(self) -> str:
        """`42:ab12…`, as it is printed, logged and given to `--head`."""
        return f"{self.position}:{self.digest.hex()}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A place in the chain as it is kept: the entry there (none: it is gone) without its position, and the digest."""

    position: int
    entry: Mapping[str, Any] | None
    digest: bytes


class Fault(StrEnum):
    """What can be wrong with a row of the record."""

    CHANGED = "CHANGED"  # the digest does not fit the entry: one of the two is not what was sealed
    MISSING = "MISSING"  # a position without its entry
    EXTRA = "EXTRA"  # a position that stands there twice
    REORDERED = "REORDERED"  # sealed, but at another position
    UNSEALED = "UNSEALED"  # older than a minute and without a seal
    HEAD = "HEAD"  # the chain does not hold the head it is compared with


@dataclass(frozen=True, slots=True)
class BadRow:
    """The first row that is wrong; `position` of an entry without a seal is none."""

    fault: Fault
    position: int | None
    entry_id: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the chain holds, and the first row that is wrong, if any; `bare`: of how many entries an export says the
    digest alone, so that nothing is known of them but that they are there."""

    head: Head
    bad: BadRow | None
    bare: int = 0


class Row(Protocol):
    """Values by the name of their column."""

    def __getitem__(self, name: str, /) -> Any: ...


def entry_of(row: Row) -> dict[str, Any]:
    """An entry's columns as JSON values: ids in small letters, `at` in UTC with six decimals."""
    return {name: _plain(row[name]) for name in COLUMNS}


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def canonical(position: int, entry: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON of position and entry: keys ordered by code point, no white space, nothing escaped needlessly."""
    return orjson.dumps({"position": position, **entry}, option=orjson.OPT_SORT_KEYS)


def follow(head: Head, entry: Mapping[str, Any]) -> Head:
    """The chain one entry longer."""
    position = head.position + 1
    return Head(position, hashlib.sha256(head.digest + canonical(position, entry)).digest())


def check(head: Head, sealed: Sealed, printed: Head | None = None) -> Head | BadRow:
    """The chain with the next row as it is kept, or what is wrong with that row; `printed` is a head kept elsewhere."""
    expected = head.position + 1
    entry_id = str(sealed.entry["id"]) if sealed.entry is not None else None
    if sealed.position > expected:
        return BadRow(Fault.MISSING, expected, None)
    if sealed.position < expected:
        return BadRow(Fault.EXTRA, sealed.position, entry_id)
    if sealed.entry is None:
        return BadRow(Fault.MISSING, expected, None)
    reached = follow(head, sealed.entry)
    if reached.digest != sealed.digest:
        return BadRow(Fault.CHANGED, expected, entry_id)
    if contradicts(reached, printed):
        return BadRow(Fault.HEAD, expected, entry_id)
    return reached


def contradicts(reached: Head, printed: Head | None) -> bool:
    """Whether a head that was printed earlier says something else of this position."""
    return printed is not None and reached.position == printed.position and reached.digest != printed.digest


def too_short(head: Head, printed: Head | None) -> BadRow | None:
    """What is wrong when the chain ends at `head`, before the one that was printed earlier."""
    return BadRow(Fault.HEAD, printed.position, None) if printed and head.position < printed.position else None


def stands_at(head: Head, sealed: Sealed, entry: Mapping[str, Any]) -> bool:
    """Whether it is this other entry that was sealed at the place behind `head`."""
    return follow(head, entry).digest == sealed.digest
