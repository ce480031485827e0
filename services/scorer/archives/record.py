"""The record of one contest out of the whole installation's: what is none of the contest's stands there by its digest
alone, so that the chain goes on and nobody reads of others."""

from uuid import UUID

from services.scorer.audit.verify import read_chain
from services.scorer.bundles.bundle import Writes
from services.shared.audit.chain import Head
from services.shared.audit.export import bare_line, entry_line, head_line
from services.shared.database.pool import Connection


async def add_record(connection: Connection, contest_id: UUID, out: Writes) -> Head:
    """Writes what is sealed at this moment and answers the head."""
    reached, ours = Head(), str(contest_id)
    async for sealed in read_chain(connection):
        shown = sealed.entry is not None and sealed.entry["contest_id"] == ours
        out.write(entry_line(sealed) if shown else bare_line(sealed))
        reached = Head(sealed.position, sealed.digest)
    out.write(head_line(reached))
    return reached
