"""The record as a file of its own: one line of JSON for each entry, and the head in the last line. docs/audit.md."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from services.shared.audit.chain import (
    BadRow,
    Checked,
    Fault,
    Head,
    Sealed,
    canonical,
    check,
    contradicts,
    stands_at,
    too_short,
)


class BrokenExportError(Exception):
    """A line is not what an export holds; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def entry_line(sealed: Sealed) -> bytes:
    """`{"digest":"…","entry":{…}}`: the entry is written as it is digested."""
    entry = canonical(sealed.position, sealed.entry or {})
    return b'{"digest":"' + sealed.digest.hex().encode() + b'","entry":' + entry + b"}\n"


def bare_line(sealed: Sealed) -> bytes:
    """`{"digest":"…","position":42}`: that there is an entry, and nothing of what it says."""
    return b'{"digest":"' + sealed.digest.hex().encode() + b'","position":' + str(sealed.position).encode() + b"}\n"


def head_line(head: Head) -> bytes:
    """`{"head":"42:ab12…"}`"""
    return b'{"head":"' + str(head).encode() + b'"}\n'


def read_head(text: str) -> Head:
    """A head as it is printed; raises ValueError."""
    position, _, digest = text.partition(":")
    head = Head(int(position), bytes.fromhex(digest))
    if len(head.digest) != len(Head().digest) or head.position < 0:
        raise ValueError(text)
    return head


def check_lines(lines: Iterable[bytes], printed: Head | None = None) -> Checked:
    """Recomputes the chain of an export without any database. Raises BrokenExportError.

    A digest without its entry is taken as it stands: whoever has the whole record can check it.
    """
    rows, end = _read(lines)
    head = Head()
    for place, sealed in enumerate(rows):
        reached = _step(head, sealed, printed)
        if isinstance(reached, BadRow):
            return Checked(head, _explained(head, sealed, reached, rows[place + 1 :]))
        head = reached
    if end is None or end.position > head.position:
        return Checked(head, BadRow(Fault.MISSING, head.position + 1, None))
    if end != head:
        return Checked(head, BadRow(Fault.HEAD, end.position, None))
    return Checked(head, too_short(head, printed), sum(sealed.entry is None for sealed in rows))


def _step(head: Head, sealed: Sealed, printed: Head | None) -> Head | BadRow:
    if sealed.entry is not None or sealed.position != head.position + 1:
        return check(head, sealed, printed)
    reached = Head(sealed.position, sealed.digest)
    return BadRow(Fault.HEAD, reached.position, None) if contradicts(reached, printed) else reached


def _explained(head: Head, sealed: Sealed, bad: BadRow, later: Sequence[Sealed]) -> BadRow:
    """What is missing or does not fit may only stand elsewhere."""
    if bad.fault is Fault.MISSING:
        moved = any(row.position == bad.position for row in later)
    else:
        moved = bad.fault is Fault.CHANGED and any(row.entry and stands_at(head, sealed, row.entry) for row in later)
    return BadRow(Fault.REORDERED, bad.position, bad.entry_id) if moved else bad


def _read(lines: Iterable[bytes]) -> tuple[list[Sealed], Head | None]:
    rows: list[Sealed] = []
    end: Head | None = None
    for number, line in enumerate(lines, 1):
        try:
            values = orjson.loads(line)
            if end is not None:
                raise BrokenExportError(number)
            if "head" in values:
                end = read_head(values["head"])
            else:
                rows.append(_row(values))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BrokenExportError(number) from None
    return rows, end


def _row(values: dict[str, Any]) -> Sealed:
    """Raises ValueError, KeyError, TypeError or AttributeError for what is none."""
    entry = values.get("entry")
    position = (values if entry is None else entry).pop("position")
    if not isinstance(position, int):
        raise TypeError(position)
    if entry is not None:
        str(entry["id"])
    return Sealed(position, entry, bytes.fromhex(values["digest"]))
