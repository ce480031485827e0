"""What the files of a run say, as the text whose SHA-256 stands in the result: for people to read and to hash."""

from collections.abc import AsyncIterator, Iterator

from services.scorer.bundles import store
from services.scorer.metrics.store import Extent
from services.scorer.rereading.reread import Read
from services.scorer.rereading.store import list_files
from services.scorer.uploads.canonical import text_of
from services.shared.database.pool import Connection


async def texts(
    connection: Connection, extent: Extent, read: Read, known: set[str] | None = None
) -> AsyncIterator[tuple[str, Iterator[bytes]]]:
    """The digest and the text of each file whose original is there, but for those `known`, to which it is added.

    Files that speak of somebody who was erased are left out: they name them. Their rows stand in the tables.
    """
    known, hidden = set() if known is None else known, await store.list_hidden_files(connection, extent)
    for file in await list_files(connection, extent):
        if file.content_digest in known or file.upload.id in hidden:
            continue
        said = await read(file)
        if said is None or said.frame is None or said.format is None or said.content_digest != file.content_digest:
            continue
        known.add(file.content_digest)
        yield file.content_digest, text_of(said.format.source, said.frame, said.measures)
