"""What must be done before a revision is published: asked when it is prepared, and again when it is approved."""

from uuid import UUID

from services.api.errors import ConflictError
from services.api.publications import store
from services.shared.awards.store import find_awards
from services.shared.database.pool import Connection
from services.shared.publications.blocks import find_block
from services.shared.vocabulary import PublicationStage


async def check_ready(connection: Connection, round_id: UUID, run_id: UUID, stage: PublicationStage) -> None:
    """What is final has nothing left for people to decide. Raises ConflictError."""
    block = await find_block(connection, round_id)
    if block is not None:
        raise ConflictError(block.code, **block.parameters)
    if stage is not PublicationStage.FINAL:
        return
    tied = next((award for award in await find_awards(connection, run_id) if award.tied), None)
    if tied is not None:
        raise ConflictError("PUBLICATION_BEFORE_AWARDS", title=tied.title)
    rules, selected_from = await store.find_selection(connection, run_id)
    if selected_from is None and rules.finalists is not None:
        raise ConflictError("PUBLICATION_BEFORE_FINALISTS")
    if selected_from not in (None, run_id):
        raise ConflictError("SELECTION_OF_ANOTHER_RUN")
