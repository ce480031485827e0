"""The clear bytes of a document, opened in memory for whoever may have them."""

import asyncio
from uuid import UUID

from services.api.context import Resources
from services.api.documents import store
from services.api.downloads.file import Download, File
from services.api.errors import NotFoundError
from services.shared.documents.media import ENDINGS
from services.shared.storage.seal import document_key, unseal


async def render_document(resources: Resources, download: Download) -> File:
    """Raises NotFoundError when it has been deleted meanwhile."""
    return await read_document(resources, download.subject_id)


async def read_document(resources: Resources, document_id: UUID) -> File:
    """A document that is ready, whoever asks: the caller decides. Raises NotFoundError for any other."""
    row = await store.document_to_read(resources.pool, document_id)
    if row is None:
        raise NotFoundError("DOWNLOAD_NOT_FOUND")
    try:
        sealed = await resources.files.read_whole(document_key(document_id))
    except FileNotFoundError:
        raise NotFoundError("DOWNLOAD_NOT_FOUND") from None
    key = resources.vault.open_bytes(row["key_sealed"], document_id)
    body = await asyncio.to_thread(unseal, sealed, key, document_id)
    parts = (str(row["number"]) if row["number"] else None, row["evidence_key"] or row["purpose"].lower())
    name = "-".join(part for part in parts if part)
    return File(body, f"{name}.{ENDINGS[row['media_type']]}", row["media_type"])
