"""Sessions and personal tokens: known to their holder alone, their hash in PostgreSQL, the viewer kept for seconds."""

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
    """Finds the viewer of a token; one that was ended elsewhere is believed for `KEPT_SECONDS` at most."""

    def __init__(self, pool: Pool, redis: Redis) -> None:
        self._pool = pool
        self._redis = redis
        self._kept: dict[bytes, tuple[float, Viewer]] = {}
        self._forgotten = 0  # how often something was: what was being read meanwhile is not kept
        self._watched: defaultdict[bytes, set[Callable[[], None]]] = defaultdict(set)

    async def viewer(self, token: str, *, fresh: bool = False) -> Viewer | None:
        """Who holds the token; None when nobody does. `fresh` asks PostgreSQL in any case."""
        key, now = token_hash(token), time.monotonic()
        kept = self._kept.get(key)
        if kept is not None and kept[0] > now and not fresh:
            return kept[1]
        forgotten = self._forgotten
        found = await store.find_viewer(self._pool, key)
        if found is None:
            self._kept.pop(key, None)
            return None
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        if self._forgotten == forgotten:
            self._kept[key] = (now + KEPT_SECONDS, found)
        return found

    async def ended(self, keys: Iterable[bytes]) -> None:
        """Forgets sessions and tokens (their hashes) that have ended, here at once, and tells everyone of it.

        Call it after the transaction that ended them.
        """
        keys = list(keys)
        self._forget(keys)
        if keys:
            await publish(self._redis, ENDED, session=",".join(key.hex() for key in keys))

    async def changed(self, user_id: UUID) -> None:
        """The user's rights have changed: here they hold from now on. Call it after the transaction."""
        self._forget_user(user_id)
        await publish(self._redis, ENDED, user=str(user_id))

    def _forget(self, keys: Iterable[bytes]) -> None:
        self._forgotten += 1
        for key in keys:
            self._kept.pop(key, None)

    def _forget_user(self, user_id: UUID) -> None:
        self._forget([key for key, (_, viewer) in self._kept.items() if viewer.user_id == user_id])

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
            if "user" in news:
                self._forget_user(UUID(news["user"]))
            elif "session" in news:
                keys = [bytes.fromhex(each) for each in news["session"].split(",")]
                self._forget(keys)
                for ended in [each for key in keys for each in self._watched.get(key, ())]:
                    ended()
            else:  # news may have been lost
                self._forget(list(self._kept))
