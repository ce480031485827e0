"""A file whose headings nobody knows yet: it waits, organisers hear of it once, and who sent it when it is read."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from services.scorer.uploads import store
from services.scorer.uploads.upload import Upload
from services.shared.beijing import said
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import UploadState
from services.shared.formats.section import normalise
from services.shared.formats.waiting import Waiting
from services.shared.messages.store import Message, tell, tell_organisers


async def let_wait(connection: Connection, contest_id: UUID, upload_id: UUID, waiting: Waiting) -> None:
    """Sets a file aside until somebody says what its headings mean. Files with the same ones are told of once."""
    await store.let_wait(connection, upload_id, waiting)
    unknown = sorted(map(normalise, waiting.unknown))
    same = hashlib.sha256("\n".join([waiting.looks_like, *unknown]).encode()).hexdigest()
    await tell_organisers(connection, "HEADINGS_WAIT", contest_id, f"headings {same}", {"columns": waiting.named})


async def tell_read(connection: Connection, waited: Iterable[tuple[Upload, UploadState]]) -> None:
    """Tells whoever sent files that they wait no longer, once for each."""
    await tell(
        connection,
        *(
            Message(
                "WAITED_FILE_COUNTED" if state is UploadState.ACCEPTED else "WAITED_FILE_NOT_COUNTED",
                upload.contest_id,
                f"headings read {upload.id}",
                {"exported_at": said(upload.exported_at)},
                user_id=upload.created_by,
            )
            for upload, state in waited
            if upload.created_by is not None and state is not UploadState.WAITING
        ),
    )
