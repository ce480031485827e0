"""What nothing may be published before: asked when a revision is prepared, and again when it is approved."""

from typing import NamedTuple
from uuid import UUID

from services.shared.appeals.store import find_open
from services.shared.database.pool import Connection
from services.shared.problems import Parameters
from services.shared.verification.store import find_progress


class Block(NamedTuple):
    """Something of a round that is open; its code has a sentence."""

    code: str
    parameters: Parameters


async def find_block(connection: Connection, round_id: UUID) -> Block | None:
    """The first thing that the contest wants done before anything of the round is published."""
    verification = await find_progress(connection, round_id)
    if verification is not None and verification.blocks_publication:
        left: Parameters = {"open": verification.open, "differs": verification.differs}
        return Block("PUBLICATION_BEFORE_VERIFICATION", left)
    appeals = await find_open(connection, round_id)
    if appeals.blocks_publication:
        return Block("PUBLICATION_BEFORE_APPEALS", {})  # nor how many: whoever is concerned would hear of objections
    return None
