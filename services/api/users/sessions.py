"""Sessions: a token that only its holder has, its hash in PostgreSQL, its viewer in this process for a few seconds."""

import hashlib
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from redis.asyncio import Redis

from services.api.access import Viewer
from services.api.users import store
from services.shared.changes import listen, publish
from services.shared.database.pool import Pool

KEPT_SECONDS = 5.0
MOST_KEPT = 10_000
ENDED = UUID(int=0)  # the subject under which the end of any session is told


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


class Sessions:
    """Finds the viewer of a token; a session that was ended elsewhere is believed for `KEPT_SECONDS` at most."""

    def __init__(self, pool: Pool, redis: Redis) -> None:
        self._pool = pool
        self._redis = redis
        self._kept: dict[bytes, tuple[float, Viewer]] = {}
        self._watched: defaultdict[bytes, set[Callable[[], None]]] = defaultdict(set)

    async def viewer(self, token: str, *, fresh: bool = False) -> Viewer | None:
        """Who holds the token; None when nobody does. `fresh` asks PostgreSQL in any case."""
        key, now = token_hash(token), time.monotonic()
        kept = self._kept.get(key)
        if kept is not None and kept[0] > now and not fresh:
            return kept[1]
        found = await store.find_viewer(self._pool, key)
        if found is None:
            self._kept.pop(key, None)
            return None
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = (now + KEPT_SECONDS, found)
        return found

    async def end(self, token: str) -> None:
        """Ends a session here at once, and tells everyone who watches it."""
        key = token_hash(token)
        await store.end_session(self._pool, key)
        self._kept.pop(key, None)
        await publish(self._redis, ENDED, session=key.hex())

    async def ended(self, keys: Iterable[bytes]) -> None:
        """Forgets sessions that were ended in PostgreSQL, by the hashes of their tokens, and tells who watches them."""
        for key in keys:
            self._kept.pop(key, None)
            await publish(self._redis, ENDED, session=key.hex())

    @contextmanager
    def watched(self, token: str, ended: Callable[[], None]) -> Iterator[None]:
        """Inside, `ended` is called as soon as this process hears that the session has ended."""
        key = token_hash(token)
        self._watched[key].add(ended)
        try:
            yield
        finally:
            self._watched[key].discard(ended)
            if not self._watched[key]:
                del self._watched[key]

    async def watch(self) -> None:
        """Runs until cancelled: forgets sessions that have ended, here or elsewhere, and tells who watches them."""
        async for news in listen(self._redis, ENDED):
            if "session" not in news:  # news may have been lost
                self._kept.clear()
                continue
            key = bytes.fromhex(news["session"])
            self._kept.pop(key, None)
            for ended in list(self._watched.get(key, ())):
                ended()
