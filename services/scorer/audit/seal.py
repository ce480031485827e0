"""Seals the record: adds committed entries to the chain, a moment after they were written.

A chain computed inside each transaction would let only one commit at a time. So entries wait in `audit_unsealed`, and
one worker at a time appends them in the order in which it finds them, which is the order of their commits.
"""

import asyncio
import logging
import time

import asyncpg

from services.scorer.audit import store
from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.shared.audit.chain import Head, entry_of, follow
from services.shared.database.pool import Pool

logger = logging.getLogger(__name__)

BATCH = 500
_SECONDS_BETWEEN = 1.0
_SECONDS_BETWEEN_HEADS = 3600.0


async def keep_sealing(scorer: Scorer) -> None:
    """Seals for as long as the worker lives; the head goes to the log every hour and at the end.

    A head that stands outside the database shows later on that the chain was not made anew.
    """
    told_at = 0.0
    try:
        while True:
            try:
                await seal(scorer.pool)
                if time.monotonic() - told_at > _SECONDS_BETWEEN_HEADS or not told_at:
                    await _tell_head(scorer.pool)
                    told_at = time.monotonic()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.warning("not sealed: %s", error)
            await asyncio.sleep(_SECONDS_BETWEEN)
    finally:
        await _seal_the_last(scorer.pool)


async def seal(pool: Pool) -> int:
    """Adds everything that waits to the chain, batch by batch; answers how much. 0 when another worker is at it."""
    total = 0
    while sealed := await _seal_batch(pool):
        fault(FaultPoint.SEAL_AFTER_COMMIT)
        total += sealed
    return total


async def _seal_batch(pool: Pool) -> int:
    async with pool.acquire() as connection, connection.transaction():
        if not await store.lock_chain(connection):
            return 0
        rows = await store.list_waiting(connection, BATCH)
        if not rows:
            return 0
        head = await store.find_head(connection)
        seals = []
        for row in rows:
            head = follow(head, entry_of(row))
            seals.append((head, row["id"]))
        await store.add_seals(connection, seals)
        fault(FaultPoint.SEAL_BEFORE_COMMIT)
    return len(rows)


async def head_of(pool: Pool) -> Head:
    """How far the chain goes."""
    async with pool.acquire() as connection:
        return await store.find_head(connection)


async def _tell_head(pool: Pool) -> None:
    logger.info("audit head %s", await head_of(pool))


async def _seal_the_last(pool: Pool) -> None:
    """On the way out, as far as the database still answers."""
    try:
        async with asyncio.timeout(2):
            await seal(pool)
            await _tell_head(pool)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        logger.warning("not sealed at the end: %s", error)
