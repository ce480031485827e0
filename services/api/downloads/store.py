"""One-time addresses in PostgreSQL; only a hash of each is kept."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.api.access import Viewer
from services.api.context import Executor
from services.api.downloads.file import Download, DownloadKind
from services.api.users.sessions import new_token, token_hash
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))

SECONDS = 300.0


async def open_download(
    connection: Connection,
    kind: DownloadKind,
    subject_id: UUID,
    user_id: UUID | None,
    parameters: Mapping[str, Any] | None = None,
) -> tuple[str, datetime]:
    """The address, for that user alone and for one use, and until when it is good.

    Whoever calls has checked that the user may have the file, and records it.
    """
    token = new_token()
    given = token_hash(token), kind, subject_id, dict(parameters or {}), user_id, SECONDS
    return f"/downloads/{token}", await connection.fetchval(queries.insert_download, *given)


async def take_download(database: Executor, token: str, viewer: Viewer) -> Download | None:
    """What the address is for; with that it is used up."""
    row = await database.fetchrow(queries.take_download, token_hash(token), viewer.user_id)
    if row is None:
        return None
    return Download(DownloadKind(row["kind"]), row["subject_id"], row["parameters"], viewer)
