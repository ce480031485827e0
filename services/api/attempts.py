"""How often one client address may try what guesses a secret or writes without an account.

Counted in Redis over a moving window. A whole office, or a town behind one carrier, shares an address: the numbers are
generous, and the lock of a login, which is kept in PostgreSQL, does not depend on them. While Redis is away nothing is
counted here and nobody is kept out.
"""

import logging
from datetime import UTC, datetime

from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.api.address import client_key
from services.api.errors import TooManyAttemptsError

logger = logging.getLogger(__name__)

# From one address; for `context.count_attempt("signIn", **SIGN_INS)`.
SIGN_INS = {"most": 300, "seconds": 600}
INVITATIONS = {"most": 100, "seconds": 600}
REGISTRATIONS = {"most": 100, "seconds": 600}
ATTACHMENTS = {"most": 600, "seconds": 600}
RENDITIONS = {"most": 600, "seconds": 600}
CERTIFICATES = {"most": 100, "seconds": 600}
APPEALS = {"most": 60, "seconds": 86_400}
APPEAL_SECRETS = {"most": 100, "seconds": 600}


class Attempts:
    """The counts of all processes together."""

    def __init__(self, redis: Redis) -> None:
        # The address is not used: the storage goes through the connections that we have.
        storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix="livecup:attempts",
            connection_pool=redis.connection_pool,  # type: ignore[arg-type]  # a documented option
        )
        self._limiter = MovingWindowRateLimiter(storage)

    async def count(self, what: str, address: str, *, most: int, seconds: int) -> None:
        """Counts one attempt from an address; raises TooManyAttemptsError when it has had `most` in `seconds`."""
        if not address:
            return
        limit = RateLimitItemPerSecond(most, seconds, namespace=what)
        try:
            if await self._limiter.hit(limit, client_key(address)):
                return
            again_at, _ = await self._limiter.get_window_stats(limit, client_key(address))
        except (RedisError, OSError) as error:
            logger.warning("%s from %s was not counted, Redis is away: %s", what, address, error)
            return
        logger.warning("%s from %s refused: %d in %d seconds", what, address, most, seconds)
        raise TooManyAttemptsError(datetime.fromtimestamp(again_at, UTC))
