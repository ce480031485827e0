"""What PostgreSQL knows of the bytes of uploads."""

from pathlib import Path
from uuid import UUID

from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.personal_data import Vault
from services.shared.storage.originals import Original
from services.shared.storage.seal import new_key

queries = load(Path(__file__).with_name("queries.sql"))


async def find_original(database: Connection | Pool, upload_id: UUID) -> Original | None:
    """None for an upload that does not exist."""
    row = await database.fetchrow(queries.find_original, upload_id)
    return Original(**row) if row else None


async def give_key(database: Connection | Pool, vault: Vault, upload_id: UUID) -> bytes:
    """The key of an upload's bytes, the same for whoever asks: it is made once and kept in the row."""
    new = vault.seal_bytes(new_key(), upload_id)
    return vault.open_bytes(await database.fetchval(queries.give_key, upload_id, new), upload_id)
