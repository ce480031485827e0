"""Checks the chain in the database against the entries, and names the first row that is wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.scorer.audit import store
from services.shared.audit.chain import BadRow, Checked, Fault, Head, Sealed, check, stands_at, too_short
from services.shared.database.pool import Connection, Pool

SECONDS_TO_SEAL = 60
_BATCH = 1000


async def verify(pool: Pool, expected: Head | None = None) -> Checked:
    """Recomputes the chain from one snapshot of the database; `expected` is a head that was printed earlier."""
    async with _snapshot(pool) as connection:
        head = Head()
        async for sealed in read_chain(connection):
            reached = check(head, sealed, expected)
            if isinstance(reached, BadRow):
                return Checked(head, await _explained(connection, head, sealed, reached))
            head = reached
        unsealed = await store.find_unsealed(connection, SECONDS_TO_SEAL)
    late = BadRow(Fault.UNSEALED, None, str(unsealed)) if unsealed else None
    return Checked(head, too_short(head, expected) or late)


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[AsyncIterator[Sealed]]:
    """Every place of the chain in order, as it is at one moment."""
    async with _snapshot(pool) as connection:
        yield read_chain(connection)


@asynccontextmanager
async def _snapshot(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        yield connection


async def read_chain(connection: Connection) -> AsyncIterator[Sealed]:
    """Every place of the chain in order; the transaction should be repeatable read."""
    after = 0
    while rows := await store.list_sealed(connection, after, _BATCH):
        for sealed in rows:
            yield sealed
        after = rows[-1].position


async def _explained(connection: Connection, head: Head, sealed: Sealed, bad: BadRow) -> BadRow:
    """A row whose digest does not fit was either changed, or another entry stands in its place."""
    if bad.fault is Fault.CHANGED:
        async for other in read_chain(connection):
            if other.entry is not None and stands_at(head, sealed, other.entry):
                return BadRow(Fault.REORDERED, bad.position, bad.entry_id)
    return bad
