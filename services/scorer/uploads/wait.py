"""A file whose headings nobody knows yet: it waits, and the organisers hear of it once."""

import hashlib
from uuid import UUID

from services.scorer.uploads import store
from services.shared.database.pool import Connection
from services.shared.formats.section import normalise
from services.shared.formats.waiting import Waiting
from services.shared.messages.store import tell_organisers


async def let_wait(connection: Connection, contest_id: UUID, upload_id: UUID, waiting: Waiting) -> None:
    """Sets a file aside until somebody says what its headings mean. Files with the same ones are told of once."""
    await store.let_wait(connection, upload_id, waiting)
    unknown = sorted(map(normalise, waiting.unknown))
    same = hashlib.sha256("\n".join([waiting.looks_like, *unknown]).encode()).hexdigest()
    await tell_organisers(connection, "HEADINGS_WAIT", contest_id, f"headings {same}", {"columns": waiting.named})
