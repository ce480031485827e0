"""While a service runs, it holds the key that it seals with: nobody drops it under the service."""

import asyncio
import contextlib
import logging

import asyncpg

from services.shared.database.pool import connect
from services.shared.key_rotation.store import check_connection, hold_key

logger = logging.getLogger(__name__)

LOOK_SECONDS = 10.0


async def keep_holding(url: str, key_id: int) -> None:
    """Until it is cancelled; held again when PostgreSQL was away, without which nothing is sealed either."""
    while True:
        try:
            connection = await connect(url)
            try:
                await hold_key(connection, key_id)
                while True:
                    await asyncio.sleep(LOOK_SECONDS)
                    await check_connection(connection)
            finally:
                with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            logger.warning("the present key is not held for a moment: %s", type(error).__name__)
            await asyncio.sleep(1)
