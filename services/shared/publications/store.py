"""What services know of publications in PostgreSQL: the key that signs them, and what is published of a round."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.personal_data import Vault
from services.shared.publications.signature import SigningKey
from services.shared.vocabulary import PublicationStage

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Current:
    """The revision that is published of a round now."""

    id: UUID
    contest_id: UUID
    run_id: UUID
    revision: int
    stage: PublicationStage
    notice_from: datetime | None
    notice_until: datetime | None


async def find_current(connection: Connection, round_id: UUID) -> Current | None:
    """None before anything of the round is published, and once that was withdrawn."""
    row = await connection.fetchrow(queries.find_current, round_id)
    return Current(**{**row, "stage": PublicationStage(row["stage"])}) if row else None


async def signing_key(connection: Connection, vault: Vault) -> SigningKey:
    """The installation's key, made when there is none yet."""
    row = await connection.fetchrow(queries.find_signing_key)
    if row is None:
        key = SigningKey(new_id(), Ed25519PrivateKey.generate())
        sealed = vault.seal_bytes(key.private.private_bytes_raw(), key.id)
        await connection.execute(queries.insert_signing_key, key.id, key.public, sealed)
        row = await connection.fetchrow(queries.find_signing_key)
        assert row is not None  # noqa: S101  ours, or of whoever was faster
    return SigningKey(
        row["id"], Ed25519PrivateKey.from_private_bytes(vault.open_bytes(row["private_sealed"], row["id"]))
    )
