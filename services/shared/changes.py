"""News that something changed, from whoever commits it to whoever watches it, through Redis.

A piece of news may be lost; it never carries what PostgreSQL does not hold, but for the progress of work under way.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

_RECONNECT_SECONDS = 1.0
_QUIET_SECONDS = 60.0


def connect_redis(url: str) -> Redis:
    """A client that fails fast when Redis is away, because nothing we commit waits for it."""
    once_more = Retry(NoBackoff(), 1)  # a kept connection may be a dead one
    redis: Redis = Redis.from_url(
        url, socket_connect_timeout=1, socket_timeout=5, retry=once_more, retry_on_error=[RedisConnectionError]
    )
    return redis


def channel(subject_id: UUID) -> str:
    """The channel with the news of one upload, roster import or scoring run."""
    return f"livecup:changed:{subject_id}"


async def publish(redis: Redis, subject_id: UUID, **fields: str | int) -> None:
    """Tells of a change: `state`, and for work under way `stage`, `done` and `total`. Never raises for Redis."""
    try:
        await redis.publish(channel(subject_id), orjson.dumps({"id": str(subject_id), **fields}))
    except (RedisError, OSError) as error:
        logger.warning("news of %s was not sent, Redis is away: %s", subject_id, error)


async def listen(redis: Redis, subject_id: UUID) -> AsyncIterator[dict[str, Any]]:
    """The news of one subject, without end: `{"id", …}` as published.

    A bare `{"id"}` comes first, once listening has begun, and again whenever news may have been lost: after a minute of
    silence, each second while Redis is away. Read the truth from PostgreSQL then.
    """
    bare = {"id": str(subject_id)}
    while True:
        try:
            async with redis.pubsub() as subscription:
                await subscription.subscribe(channel(subject_id))
                while True:
                    message = await subscription.get_message(timeout=_QUIET_SECONDS)
                    is_news = message is not None and message["type"] == "message"  # not silence, not "subscribed"
                    yield orjson.loads(message["data"]) if is_news else bare
        except (RedisError, OSError) as error:
            logger.warning("not listening for %s, Redis is away: %s", subject_id, error)
            yield bare
            await asyncio.sleep(_RECONNECT_SECONDS)
