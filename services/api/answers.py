"""Answers that are kept: of operations that ask for nothing but rankings or finalists.

An answer is found by what was asked and by what the viewer may see, and holds as long as its contest has the version
under which it was made: one short statement decides.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.api.context import Context
from services.api.versions.store import contest_version
from services.shared.database.pool import Pool

MOST_BYTES = 64 << 20
_BYTES_BESIDE = 500  # what an entry takes beside its body, key included


class Kept(NamedTuple):
    contest_id: UUID
    version: int
    body: bytes


class Answers:
    """The answers of one process, the least lately used forgotten first."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._bytes = 0

    def key(self, document: str, variables: Mapping[str, Any], name: str | None, context: Context) -> bytes:
        """Equal for the same question by viewers who see the same."""
        question = (document, variables, name, context.viewer.key, context.language)
        return hashlib.sha256(orjson.dumps(question, option=orjson.OPT_SORT_KEYS)).digest()

    async def find(self, key: bytes) -> bytes | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        holds = await contest_version(self._pool, kept.contest_id) == kept.version
        if self._kept.get(key) is kept:  # not dropped or kept anew by somebody else meanwhile
            if holds:
                self._kept.move_to_end(key)
            else:
                self._drop(key)
        return kept.body if holds else None

    def keep(self, key: bytes, follows: tuple[UUID, int], body: bytes) -> None:
        """Keeps an answer that was read under a contest's version."""
        self._drop(key)
        self._kept[key] = Kept(*follows, body)
        self._bytes += len(body) + _BYTES_BESIDE
        while self._bytes > MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: bytes) -> None:
        kept = self._kept.pop(key, None)
        self._bytes -= len(kept.body) + _BYTES_BESIDE if kept else 0
