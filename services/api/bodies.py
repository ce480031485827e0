"""Bodies that come outside GraphQL: how long we wait for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.api.errors import RefusalError

SECONDS = 30.0
SLOWEST = 20_000  # bytes in a second: a phone far out in the country sends faster


class BodySlowError(RefusalError):
    """The body took too long to come."""

    default_code = "BODY_TOO_SLOW"
    status = 408


@asynccontextmanager
async def in_time(size: int = 0) -> AsyncIterator[None]:
    """A body of so many bytes comes inside; raises BodySlowError when it does not."""
    try:
        async with asyncio.timeout(SECONDS + size / SLOWEST):
            yield
    except TimeoutError:
        raise BodySlowError from None
