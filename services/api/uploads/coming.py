"""By which way the bytes of an upload come: PUT to us, PUT to a bucket's own address, or fetched by the scorer."""

from uuid import UUID

from services.api.errors import ConflictError
from services.api.uploads import store
from services.api.uploads.inputs import OF_PEOPLE, CreateUploadInput
from services.shared.database.pool import Connection
from services.shared.storage import FileStore
from services.shared.storage.originals import arrival_of
from services.shared.storage.store import find_original

SECONDS = 3600.0  # for which a bucket's address is good


async def where_to_put(files: FileStore, upload_id: UUID, upload: CreateUploadInput) -> tuple[str | None, bool]:
    """Where the bytes go, and whether they need the token; None where they are fetched.

    What holds ID numbers goes through us, who seal it on its way: it never lies in a bucket in clear.
    """
    if upload.url is not None:
        return None, False
    address = None if upload.kind in OF_PEOPLE else await files.put_address(arrival_of(upload_id), SECONDS)
    return address or f"/uploads/{upload_id}", address is None


async def take_arrival(files: FileStore, connection: Connection, upload_id: UUID) -> None:
    """Notes what has come by a bucket's address; whether it is what was announced shows when it is sealed.

    Raises ConflictError where nothing has come, or something of another size.
    """
    original = await find_original(connection, upload_id)
    size = await files.size(original.arrival) if original is not None else None
    if original is None or size is None:
        raise ConflictError("UPLOAD_WITHOUT_BYTES")
    if size != original.size:
        await files.delete(original.arrival)
        raise ConflictError("UPLOAD_HASH_DIFFERS")
    await store.mark_bytes(connection, upload_id)
