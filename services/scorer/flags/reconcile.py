"""What becomes of the flags of a round when its figures have been looked at again. Pure.

A person's conclusion stands for what that person saw: a sign that has grown beyond it is opened anew, beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.scorer.flags.detect import Sign
from services.shared.file_vocabulary import FlagCode, FlagState

Key = tuple[UUID, FlagCode, str]


@dataclass(frozen=True, slots=True)
class Known:
    """A flag as it is stored, the last one of what it is about."""

    id: UUID
    state: FlagState
    sign: Sign


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written: signs that nobody was told of, what open flags say by now, flags without their reason."""

    opened: Sequence[Sign]
    updated: Sequence[tuple[UUID, Sign]]
    gone: Sequence[Known]


def key_of(sign: Sign) -> Key:
    """What makes two signs the same one."""
    return sign.contestant_id, sign.code, sign.about


def reconcile(known: Mapping[Key, Known], found: Iterable[Sign]) -> Changes:
    """`known` holds what was flagged of those whose figures were looked at, `found` what is there now."""
    now = {key_of(sign): sign for sign in found}
    opened, updated = [], []
    for key, sign in now.items():
        before = known.get(key)
        if before is not None and before.state is FlagState.OPEN:
            updated.append((before.id, sign))
        elif before is None or before.state is FlagState.GONE or sign.value > before.sign.value:
            opened.append(sign)
    gone = [flag for key, flag in known.items() if flag.state is FlagState.OPEN and key not in now]
    return Changes(opened, updated, gone)
